"""`migrate`: one more column for many workspaces, and what it costs when there is nothing to do."""
import shutil
import statistics
import time

import peers
from product import Store, binary, psql

EXTRA = "m99991231_000001_benchmark"


def add_column(store, tenants):
    """Tenants a second. `migrate` is a process of its own, as in a deployment."""
    start = time.perf_counter()
    out = store.run([binary("bench-fleet"), "migrate"])
    elapsed = time.perf_counter() - start
    if out.strip() != str(tenants):
        raise SystemExit(f"{out.strip()} of {tenants} workspaces migrated")
    return tenants / elapsed


def undo(store, stamp):
    """Back to the state before, as ../shared/bench does it for its own limit."""
    if store.kind == "sqlite":
        shutil.rmtree(store.data)
        shutil.copytree(f"{store.data}.before", store.data)
        return
    schemas = psql(store.name, "SELECT nspname FROM pg_namespace WHERE nspname ~ '^t_[0-9a-f]{32}$'").split()
    psql(store.name, "".join(
        f"ALTER TABLE {s}.projects DROP COLUMN priority; DELETE FROM {s}._migrations WHERE name = '{EXTRA}'; UPDATE {s}._meta SET stamp = '{stamp}';\n" for s in schemas)
        + f"UPDATE catalog.tenants SET stamp = '{stamp}'")


def measure(tenants, rounds, beside):
    """{name: [tenants a second, …]}; `beside`: the peers as well, whose database has 500 tenants."""
    stores = [Store(kind, "migrate").drop() for kind in ("pg", "sqlite")]
    results = {}
    try:
        for store in stores:
            store.make(tenants, 20, 5)
        stamp = stores[0].stamp()
        shutil.rmtree(f"{stores[1].data}.before", ignore_errors=True)
        shutil.copytree(stores[1].data, f"{stores[1].data}.before")
        for _ in range(rounds):
            for store in stores:
                results.setdefault(f"product-{store.kind}", []).append(add_column(store, tenants))
                undo(store, stamp)
            if beside:
                results.setdefault("limit_migrate", []).append(peers.migrate("limit_migrate", tenants, 20, 5))
        if beside:
            results["django_par"] = [peers.migrate("django_par", tenants, 20, 5)]
        return results
    finally:
        for store in stores:
            store.drop()
        shutil.rmtree(f"{stores[1].data}.before", ignore_errors=True)


def nothing_to_do(few, many, rounds):
    """{(kind, tenants): median ms} of `groundwork migrate`."""
    stores = {(kind, count): Store(kind, f"idle_{count}").drop() for kind in ("pg", "sqlite") for count in (few, many)}
    seen = {key: [] for key in stores}
    try:
        for (_, count), store in stores.items():
            store.make(count, 1, 1)
        for _ in range(rounds):
            for key, store in stores.items():
                start = time.perf_counter()
                out = store.run([binary("groundwork"), "migrate"])
                seen[key].append((time.perf_counter() - start) * 1000)
                if "nothing to do" not in out:
                    raise SystemExit(f"there was something to do: {out}")
        return {key: statistics.median(times) for key, times in seen.items()}
    finally:
        for store in stores.values():
            store.drop()


def table(results):
    lines = ["| one more column | tenants/s, median | runs |", "|---|---|---|"]
    lines += [f"| {name} | {statistics.median(rates):.0f} | {', '.join(f'{rate:.0f}' for rate in rates)} |" for name, rates in results.items()]
    return "\n".join(lines)
