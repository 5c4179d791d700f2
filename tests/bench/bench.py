#!/usr/bin/env python3
"""Prints the benchmark's table: what is asked, what was measured. Called by run.sh, which builds and starts what this needs.

  bench.py [page create signup migrate start edit jobs scale trail rows] [--quick]     all parts unless some are named; --quick only shows that it works"""
import os
import statistics
import sys
import time

import create
import edit
import first_page
import fleet
import jobs
import machine
import page
import peers
import rows
import scale
import trail
from product import BASE, Store, postmaster

PARTS = ["page", "create", "signup", "migrate", "start", "edit", "jobs", "scale", "trail", "rows"]


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


class Report:
    """Rows of the first table, and the tables behind them."""

    def __init__(self):
        self.rows, self.details = [], []

    def add(self, what, asked, measured, good):
        self.rows.append(f"| {what} | {asked} | {measured} | {'—' if good is None else 'yes' if good else '**no**'} |")

    def show(self):
        print("| figure | asked | measured | met |\n|---|---|---|---|")
        print("\n".join(self.rows))
        for detail in self.details:
            print(f"\n{detail}")


def seeded(quick):
    # Names of their own: a seed leaves what is there as it is, and few rows must not pass for many.
    name, size = ("quick", (10, 100, 5)) if quick else ("page", (100, 1000, 20))
    return [Store(kind, name).make(*size) for kind in ("pg", "sqlite")]


def pages(report, quick):
    pg, sqlite = seeded(quick)
    targets = [pg.floor(24421), pg.product(24422), sqlite.floor(24423), sqlite.product(24424), pg.home(24425), sqlite.home(24426)]
    if peers.there() and not quick:
        targets += peers.targets()
    tenants = [f"t{n:04d}" for n in range(1, 11 if quick else 51)]
    try:
        for target in targets:
            say(f"page: {target.name}")
            target.start()
            target.sign_in(tenants)
        seen = page.measure(targets, tenants, 2 if quick else 7, 1 if quick else 5, 32, 1 if quick else 6, postmaster())
    finally:
        for target in targets:
            target.stop()
    report.details.append(page.table(seen, "floor-pg"))
    mine, floor = seen["product-pg"], seen["floor-pg"]
    cpu, rate = page.ratio(mine, floor, "cpu"), page.ratio(mine, floor, "rate")
    report.add("projects page, PostgreSQL: CPU of a request ÷ floor", "≤ 2.0", f"{cpu:.2f}", cpu <= 2)
    report.add("projects page, PostgreSQL: requests/s ÷ floor", "≥ 0.5", f"{rate:.2f}", rate >= 0.5)
    if "django" in seen:
        times = page.ratio(mine, seen["django"], "rate")
        cost = page.ratio(seen["django"], mine, "cpu")
        report.add("projects page, PostgreSQL: requests/s ÷ Django (by CPU of a request)", "≥ 20", f"{times:.1f} ({cost:.1f})", times >= 20)
    if "limit_axum" in seen:
        cost = page.ratio(mine, seen["limit_axum"], "cpu")
        report.add("projects page, PostgreSQL: CPU of a request ÷ limit_axum (one SELECT, a plainer page)", "—", f"{cost:.2f}", None)
    cost, rate = page.ratio(seen["product-sqlite"], mine, "cpu"), page.ratio(seen["product-sqlite"], mine, "rate")
    report.add("projects page: SQLite ÷ PostgreSQL, requests/s (CPU)", "≥ 1", f"{rate:.2f} ({cost:.2f})", rate >= 1)
    own = page.ratio(seen["product-sqlite"], seen["floor-sqlite"], "cpu")
    report.add("projects page, SQLite: CPU of a request ÷ floor on SQLite", "—", f"{own:.2f}", None)
    for kind, name in (("pg", "PostgreSQL"), ("sqlite", "SQLite")):
        home, list_ = seen[f"home-{kind}"], seen[f"product-{kind}"]
        cost, rate = page.ratio(home, list_, "cpu"), page.median(home, "rate")
        report.add(f"home, {name}: requests/s (CPU of a request ÷ projects page)", "—", f"{rate:.0f} ({cost:.2f})", None)
    report.add("resident memory after that load, PostgreSQL / SQLite", "—", " / ".join(f"{max(b['memory'] for b in seen[n]):.0f} MB" for n in ("product-pg", "product-sqlite")), None)


def creations(report, quick):
    say("create")
    seen = create.measure(3 if quick else 50)
    report.details.append(create.table(seen))
    middle = {name: create.middle(seen, name) for name in seen}
    limit = middle.get("limit_signup")
    for way in ("in process", "command"):
        pg, sqlite = middle[f"{way}, pg"], middle[f"{way}, sqlite"]
        if limit:
            report.add(f"tenant create, {way}: PostgreSQL ÷ limit_signup", "≤ 1.5", f"{pg / limit:.2f}", pg / limit <= 1.5)
        report.add(f"tenant create, {way}: SQLite is faster than PostgreSQL by", "≥ 5", f"{pg / sqlite:.1f}", pg / sqlite >= 5)


def sign_ups(report, quick):
    say("signup")
    few, many = (2, 4) if quick else (10, 1000)
    seen = first_page.measure(3 if quick else 40, few, many)
    report.details.append(first_page.table(seen))
    pg, page = (first_page.middle(seen, f"pg, {few}", which) for which in (0, 1))
    what = "name of the workspace sent → its first page"
    if limit := first_page.middle(seen, "limit_signup"):
        bound = 1.5 * limit + page
        report.add(f"{what}, PostgreSQL", f"≤ 1.5 × limit_signup + a page = {bound:.0f} ms", f"{pg:.0f} ms", pg <= bound)
        times = first_page.middle(seen, "django") / pg
        report.add(f"{what}: PostgreSQL is faster than Django's sign-up by", "≥ 6", f"{times:.1f}", times >= 6)
    sqlite = first_page.middle(seen, f"sqlite, {few}")
    report.add(f"{what}: SQLite is faster than PostgreSQL by", "≥ 5", f"{pg / sqlite:.1f}", pg / sqlite >= 5)
    for kind, name in (("pg", "PostgreSQL"), ("sqlite", "SQLite")):
        a, b = (first_page.middle(seen, f"{kind}, {size}") for size in (few, many))
        report.add(f"{what}, {name}: {few} / {many} workspaces present", "the same", f"{a:.1f} / {b:.1f} ms", b <= a * 1.1)


def migrations(report, quick):
    say("migrate")
    seen = fleet.measure(20 if quick else 500, 1 if quick else 3, peers.there() and not quick)
    report.details.append(fleet.table(seen))
    middle = {name: statistics.median(rates) for name, rates in seen.items()}
    if "limit_migrate" in middle:
        limit = middle["product-pg"] / middle["limit_migrate"]
        report.add("migrate, one column, tenants/s: PostgreSQL ÷ limit_migrate", "≥ 0.25", f"{limit:.2f}", limit >= 0.25)
        django = middle["product-pg"] / middle["django_par"]
        report.add("migrate, one column, tenants/s: PostgreSQL ÷ django_par", "≥ 15", f"{django:.1f}", django >= 15)
    few, many = (2, 20) if quick else (10, 1000)
    say("migrate with nothing to do")
    idle = fleet.nothing_to_do(few, many, 3 if quick else 9)
    for kind, name in (("pg", "PostgreSQL"), ("sqlite", "SQLite")):
        a, b = idle[kind, few], idle[kind, many]
        # Two milliseconds are what two starts of one process differ by.
        report.add(f"migrate, nothing to do, {name}: {few} / {many} tenants", "no longer", f"{a:.0f} / {b:.0f} ms", b <= a * 1.1 + 2)


def starts(report, quick):
    for store, name in zip(seeded(quick), ("PostgreSQL", "SQLite")):
        say(f"start: {name}")
        times = []
        for _ in range(2 if quick else 9):
            target = store.product(24422)
            times.append(target.start())
            time.sleep(0.2)
            if len(times) == 1:
                time.sleep(1 if quick else 10)
                memory = machine.resident(target.pids())
            target.stop()
        ready = statistics.median(times)
        report.add(f"resident memory, idle, {name}", "≤ 60 MB", f"{memory:.0f} MB", memory <= 60)
        report.add(f"start → ready, nothing to migrate, {name}", "≤ 300 ms", f"{ready:.0f} ms (at most {max(times):.0f})", ready <= 300)


def edits(report, quick):
    say("edit: a debug build of a copy comes first")
    seen = edit.measure(1 if quick else 5)
    for kind, times in seen.items():
        report.add(f"edit of a {kind} in an app → new page", "stated", f"{statistics.median(times):.1f} s ({min(times):.1f}–{max(times):.1f})", None)


def queue(report, quick):
    say("jobs")
    seen = jobs.measure(1000 if quick else 50_000, 1 if quick else 3)
    for kind, name, asked in (("pg", "PostgreSQL", 4000), ("sqlite", "SQLite", 10_000)):
        middle = {key: statistics.median(run[key] for run in seen[kind]) for key in seen[kind][0]}
        rate, start = middle["per_second"], middle["start_ms"]
        report.add(f"empty jobs a second, one worker, {name} (CPU of this process for each)", f"≥ {asked}", f"{rate:.0f} ({middle['cpu_us']:.0f} µs)", rate >= asked)
        report.add(f"a job left → started, idle, {name}", "≤ 20 ms", f"{start:.1f} ms (p95 {middle['start_p95_ms']:.1f})", start <= 20)
    many = 500 if quick else 10_000
    say(f"a schedule for {many} workspaces")
    for kind, runs in jobs.schedule(many, 1 if quick else 3).items():
        name = {"pg": "PostgreSQL", "sqlite": "SQLite"}[kind]
        most, middle = (statistics.median(run[key] for run in runs) for key in ("wait_most_ms", "wait_ms"))
        report.add(f"longest wait of a writer while a schedule of {many} workspaces fires, {name}", "≤ 250 ms", f"{most:.0f} ms (median {middle:.1f})", most <= 250)


def scales(report, quick):
    say("scale")
    few, many, visits = (2, 4, [2, 4]) if quick else (10, 2000, [10, 100, 500, 1000])
    bursts, curves = scale.measure(few, many, visits, 2 if quick else 5, 1 if quick else 4)
    report.details.append(scale.tables(bursts, curves))
    for kind, name in (("pg", "PostgreSQL"), ("sqlite", "SQLite")):
        times = scale.p99(bursts, f"{kind}, {many} present") / scale.p99(bursts, f"{kind}, {few} present")
        report.add(f"projects page, p99 with {many} workspaces present ÷ with {few}, {name}", "≤ 1.3", f"{times:.2f}", times <= 1.3)
        visited, memory, *_ = next(seen for seen in curves[kind] if seen[0] == visits[-1])
        report.add(f"resident memory after pages of {visited} workspaces, {name}", "≤ 150 MB", f"{memory:.0f} MB", memory <= 150)


def trails(report, quick):
    count = 10_000 if quick else 1_000_000
    for kind, name in (("pg", "PostgreSQL"), ("sqlite", "SQLite")):
        say(f"trail: {count} entries, {name}")
        pages, rate = trail.measure(kind, count, 3 if quick else 21)
        worst = max(pages, key=pages.get)
        rest = ", ".join(f"{question} {middle:.0f}" for question, middle in pages.items())
        report.add(f"audit log over {count:,} entries, the slowest question, {name}", "≤ 50 ms", f"{pages[worst]:.0f} ms ({rest})", pages[worst] <= 50)
        report.add(f"entries verified a second, start of the command included, {name}", "≥ 200000", f"{rate:.0f}", rate >= 200_000)
        for many, units in ((1, 300), (1000, 5)):
            say(f"trail: a change of {many}, {name}")
            told, plain = trail.changes(kind, many, 3 if quick else units, 1 if quick else 10)
            bound = 2 if many > 1 else None
            cost = f"{told / plain:.2f} ({told:.2f} and {plain:.2f} ms)"
            report.add(f"a change of {many} rows with the trail ÷ without, CPU, {name}", f"≤ {bound}" if bound else "—", cost, bound and told / plain <= bound)


def many_rows(report, quick):
    many, brought = (2_000, 1_000) if quick else (1_000_000, 100_000)
    for kind, name in (("pg", "PostgreSQL"), ("sqlite", "SQLite")):
        say(f"rows: {many}, {name}")
        pages, files, (check, run) = rows.measure(kind, many, brought, 3 if quick else 21)
        worst = max(pages, key=pages.get)
        rest = ", ".join(f"{what} {middle:.0f}" for what, middle in pages.items())
        report.add(f"list of {many:,} rows, the slowest page, {name}", "≤ 50 ms", f"{pages[worst]:.0f} ms ({rest})", pages[worst] <= 50)
        for format, (rate, memory) in files.items():
            report.add(f"export of {many:,} rows as {format}, rows a second, {name}", "≥ 100,000", f"{rate:.0f}", rate >= 100_000)
            report.add(f"export of {many:,} rows as {format}, memory grows by, {name}", "< 20 MB", f"{memory:.0f} MB", memory < 20)
        report.add(f"import of {brought:,} rows, {name}", "≤ 60 s", f"{run:.0f} s (checking them {check:.0f} s)", run <= 60)


def main():
    quick = "--quick" in sys.argv
    chosen = [part for part in sys.argv[1:] if part != "--quick"] or PARTS
    if unknown := set(chosen) - set(PARTS):
        raise SystemExit(f"unknown: {' '.join(sorted(unknown))}; {__doc__}")
    os.makedirs(BASE, exist_ok=True)
    if not peers.there():
        say("../shared/bench is not here: no comparison with Django and the limits, the rest is measured")
    report = Report()
    for part, run in zip(PARTS, (pages, creations, sign_ups, migrations, starts, edits, queue, scales, trails, many_rows)):
        if part in chosen:
            run(report, quick)
    report.show()


if __name__ == "__main__":
    main()
