"""The queue: empty jobs through one worker, and how soon one starts when nothing else happens."""
import json

from product import Store, binary, psql
import os


def measure(count, rounds):
    """{kind: [{per_second, cpu_us, start_ms, …}, …]}"""
    return _measure(rounds, str(count))


def schedule(workspaces, rounds):
    """A schedule for so many fires: {kind: [{seconds, wait_ms, wait_most_ms}, …]}"""
    return _measure(rounds, "0", str(workspaces))


def _measure(rounds, *args):
    seen = {"pg": [], "sqlite": []}
    for _ in range(rounds):
        for kind, results in seen.items():
            store = Store(kind, "jobs").drop()
            os.makedirs(store.data, exist_ok=True)
            try:
                if kind == "pg":
                    psql("postgres", f"CREATE DATABASE {store.name}")
                results.append(json.loads(store.run([binary("bench-jobs"), *args])))
            finally:
                store.drop()
    return seen
