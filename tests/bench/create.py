"""`tenant create` without password hashing: in process, by command, and the limit, taking turns."""
import os
import statistics
import subprocess
import time

import machine
import peers
from product import Store, binary, postmaster
from turns import turns

OWNER = "user1@t0001.example"


class Session:
    """A process that makes one workspace for each line."""

    def __init__(self, store):
        self.process = subprocess.Popen([binary("bench-fleet"), "create", OWNER], env={**os.environ, **store.env}, cwd=store.data, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __call__(self, name):
        self.process.stdin.write(name + "\n")
        self.process.stdin.flush()
        if not self.process.stdout.readline():
            raise SystemExit("bench-fleet ended")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Command:
    """A process for each."""

    def __init__(self, store):
        self.store, self.process = store, None

    def __call__(self, name):
        self.store.run([binary("groundwork"), "tenant", "create", name, "--name", name, "--owner", OWNER])

    def close(self):
        pass


def measure(count):
    """{name: [(ms, CPU ms), …]}"""
    stores = [Store(kind, "create").drop() for kind in ("pg", "sqlite")]
    ways = {}
    try:
        if peers.there():
            ways["limit_signup"] = peers.SignUp()
        for store in stores:
            store.make(1, 1, 1)
            ways[f"in process, {store.kind}"] = Session(store)
            ways[f"command, {store.kind}"] = Command(store)
        results = {name: [] for name in ways}
        # The first ones open connections and build the template.
        for name, workspace, counts in turns(list(ways), count, 2):
            way = ways[name]
            pids = machine.tree(way.process.pid) if getattr(way, "process", None) else []
            meter, children = machine.Meter(pids, machine.tree(postmaster())), sum(os.times()[2:4])
            start = time.perf_counter()
            way(workspace)
            elapsed = time.perf_counter() - start
            app, database, _, _ = meter.stop()
            if counts:
                cpu = app + database + sum(os.times()[2:4]) - children
                results[name].append((elapsed * 1000, cpu * 1000))
        return results
    finally:
        for way in ways.values():
            way.close()
        for store in stores:
            store.drop()


def table(results):
    lines = ["| new workspace | tenants | p50 ms | p95 ms | CPU ms, command + PostgreSQL |", "|---|---|---|---|---|"]
    for name, seen in results.items():
        times = sorted(ms for ms, _ in seen)
        lines.append(f"| {name} | {len(times)} | {statistics.median(times):.1f} | {times[int(0.95 * (len(times) - 1))]:.1f} | {statistics.mean(c for _, c in seen):.1f} |")
    return "\n".join(lines)


def middle(results, name):
    return statistics.median(ms for ms, _ in results[name]) if name in results else None
