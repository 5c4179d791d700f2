"""The projects page with few and with many workspaces, and what memory they cost."""
import concurrent.futures
import statistics

import machine
import page
from product import Store, postmaster, psql
from target import enter

PROJECTS, MEMBERS = 100, 5


def sign_in(target, tenants):
    """As `Target.sign_in`, eight at a time: hashing passwords is most of it."""
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        cookies = pool.map(lambda tenant: enter(target, tenant), tenants)
        target.cookies = {tenant: {"Cookie": cookie} for tenant, cookie in zip(tenants, cookies)}


def names(count):
    return [f"t{n:04d}" for n in range(1, count + 1)]


def backends(store):
    """How many PostgreSQL has for this store, and their private memory in MB."""
    if store.kind != "pg":
        return 0, 0.0
    pids = psql("postgres", f"SELECT pid FROM pg_stat_activity WHERE datname = '{store.name}'").split()
    private = 0
    for pid in pids:
        try:
            lines = open(f"/proc/{pid}/smaps_rollup").read().splitlines()
        except OSError:
            continue
        private += sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))
    return len(pids), private / 1024


def curve(store, port, steps):
    """[(workspaces visited, resident MB, backends, their private MB)]: each workspace's page three times."""
    target = store.product(port)
    target.start()
    seen = []
    try:
        for at, step in zip([0, *steps], steps):
            tenants = names(step)
            fresh = tenants[at:]
            before = dict(target.cookies)
            sign_in(target, fresh)
            target.cookies.update(before)
            for _ in range(3):
                target.verify(fresh)
            seen.append((step, machine.resident(target.pids()), *backends(store)))
        # All of them under load.
        page.wrk(target, names(steps[-1]), 10, 32, postmaster())
        seen.append((f"{steps[-1]}, 10 s of load", machine.resident(target.pids()), *backends(store)))
    finally:
        target.stop()
    return seen


def measure(few, many, visits, rounds, seconds):
    """Bursts on the same few workspaces with few and with many present, and the curves of memory."""
    stores, targets, curves = [], [], {}
    try:
        for port, (kind, size) in enumerate([(kind, size) for kind in ("pg", "sqlite") for size in (few, many)], 24441):
            store = Store(kind, f"scale{size}").make(size, PROJECTS, MEMBERS)
            stores.append(store)
            target = store.product(port)
            target.name = f"{kind}, {size} present"
            target.start()
            sign_in(target, names(few))
            targets.append(target)
        bursts = page.measure(targets, names(few), rounds, seconds, 32, seconds, postmaster())
    finally:
        for target in targets:
            target.stop()
    for store in stores:
        if store.name.endswith(f"scale{many}"):
            curves[store.kind] = curve(store, 24449, visits)
    return bursts, curves


def tables(bursts, curves):
    lines = ["| workspaces visited | resident MB | PostgreSQL's backends | their private MB |", "|---|---|---|---|"]
    for kind, seen in curves.items():
        lines += [f"| {kind}, {visited} | {memory:.0f} | {count or '—'} | {f'{private:.0f}' if count else '—'} |" for visited, memory, count, private in seen]
    return page.table(bursts, next(iter(bursts))) + "\n\n" + "\n".join(lines)


def p99(bursts, name):
    return statistics.median(burst["p99"] for burst in bursts[name])
