#!/usr/bin/env python3
"""What to expect with ten thousand workspaces: prints a table for both stores. `make bench-10k`; about half an hour.

  ten_thousand.py [--tenants 10000]"""
import argparse
import os
import statistics
import time

import fleet
import machine
import page
import scale
from product import BASE, Store, binary, postmaster


def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def measure(kind, tenants):
    """{figure: words}"""
    store, seen = Store(kind, "ten_thousand").drop(), {}
    try:
        took, _ = timed(lambda: store.make(tenants, 20, 2))
        seen["create, one after another, with 20 projects and 2 members each"] = f"{tenants / took:.0f} a second, {took:.0f} s in all"
        idle = statistics.median(timed(lambda: store.run([binary("groundwork"), "migrate"]))[0] for _ in range(5))
        seen["migrate, nothing to do"] = f"{idle * 1000:.0f} ms"
        target = store.product(24451)
        starts = []
        for _ in range(5):
            starts.append(target.start())
            target.stop()
        seen["restart → ready"] = f"{statistics.median(starts):.0f} ms (at most {max(starts):.0f})"
        target.start()
        try:
            names = scale.names(200)
            scale.sign_in(target, names)
            page.wrk(target, names, 3, 32, postmaster())
            bursts = [page.wrk(target, names, 5, 32, postmaster()) for _ in range(3)]
            middle = lambda what: statistics.median(burst[what] for burst in bursts)
            seen["projects page, 200 of them in turn, 32 connections"] = f"{middle('rate'):.0f} a second, p50 {middle('p50'):.1f} ms, p99 {middle('p99'):.1f} ms"
            count, private = scale.backends(store)
            seen["resident memory after that"] = f"{machine.resident(target.pids()):.0f} MB" + (f"; {count} backends of PostgreSQL with {private:.0f} MB of their own" if count else "")
        finally:
            target.stop()
        seen["migrate, one column"] = f"{fleet.add_column(store, tenants):.0f} a second"
        return seen
    finally:
        store.drop()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tenants", type=int, default=10_000)
    tenants = options.parse_args().tenants
    os.makedirs(BASE, exist_ok=True)
    results = {kind: measure(kind, tenants) for kind in ("sqlite", "pg")}
    print(f"| {tenants:,} workspaces | SQLite | PostgreSQL |\n|---|---|---|")
    for what in results["pg"]:
        print(f"| {what} | {results['sqlite'][what]} | {results['pg'][what]} |")


if __name__ == "__main__":
    main()
