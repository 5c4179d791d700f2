"""The signed-in projects page: product, floor and peers in interleaved rounds; and the product's home beside it."""
import json
import os
import re
import statistics
import subprocess
import time

import machine

HERE = os.path.dirname(os.path.abspath(__file__))


def wrk(target, tenants, seconds, connections, postmaster):
    """One burst: requests a second, CPU microseconds a request, share of the machine others used."""
    requests = f"/tmp/groundwork-bench/{target.name}.requests"
    with open(requests, "wb") as file:
        for tenant in tenants:
            raw = target.raw(tenant)
            file.write(b"%d\n" % len(raw) + raw)
    meter = machine.Meter(target.pids(), machine.tree(postmaster) if target.database else [])
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", f"{HERE}/wrk.lua", f"http://127.0.0.1:{target.port}"],
        env={**os.environ, "BENCH_REQUESTS": requests}, text=True, capture_output=True)
    app, database, others, wall = meter.stop()
    found = re.search(r"^JSON (.*)$", done.stdout, re.M)
    if not found:
        raise SystemExit(done.stdout + done.stderr)
    seen = json.loads(found[1])
    count = max(seen["requests"], 1)
    return {"rate": seen["requests"] / seen["us"] * 1e6, "p50": seen["p50"] / 1000, "p99": seen["p99"] / 1000,
            "app": app / count * 1e6, "database": database / count * 1e6, "errors": seen["errors"],
            "size": seen["bytes"] / count, "others": 100 * others / wall / os.cpu_count(),
            "memory": machine.resident(target.pids())}


def measure(targets, tenants, rounds, seconds, connections, warm, postmaster):
    """{name: [burst, …]}; the order rotates so that a drift of the machine meets all alike."""
    results = {target.name: [] for target in targets}
    for target in targets:
        size = target.verify(tenants)
        burst = wrk(target, tenants, warm, connections, postmaster)
        if burst["size"] < size:
            raise SystemExit(f"{target.name}: answers have {burst['size']:.0f} bytes under load, {size:.0f} otherwise")
    for turn in range(rounds):
        at = turn % len(targets)
        for target in targets[at:] + targets[:at]:
            results[target.name].append(wrk(target, tenants, seconds, connections, postmaster))
            time.sleep(0.3)
    for target in targets:
        target.verify(tenants)
    return results


def median(bursts, what):
    return statistics.median(burst[what] for burst in bursts)


def ratio(mine, base, what):
    """Round by round, then the median."""
    value = (lambda burst: burst["app"] + burst["database"]) if what == "cpu" else (lambda burst: burst[what])
    return statistics.median(value(a) / value(b) for a, b in zip(mine, base))


def table(results, base):
    """One row for each target, as Markdown."""
    lines = [f"| projects page (home: the first page of a workspace) | requests/s (min–max) | p50 / p99 ms | CPU µs, application + PostgreSQL | bytes | errors | others' CPU | requests/s ÷ {base} | CPU ÷ {base} |",
             "|---|---|---|---|---|---|---|---|---|"]
    for name, bursts in results.items():
        rates = [burst["rate"] for burst in bursts]
        lines.append(
            f"| {name} | {statistics.median(rates):.0f} ({min(rates):.0f}–{max(rates):.0f}) | {median(bursts, 'p50'):.1f} / {median(bursts, 'p99'):.1f}"
            f" | {median(bursts, 'app'):.0f} + {median(bursts, 'database'):.0f} | {median(bursts, 'size'):.0f} | {sum(b['errors'] for b in bursts)}"
            f" | {median(bursts, 'others'):.0f} % | {ratio(bursts, results[base], 'rate'):.3f} | {ratio(bursts, results[base], 'cpu'):.2f} |")
    return "\n".join(lines)
