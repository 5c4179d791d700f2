"""The queue: empty jobs through one worker, and how soon one starts when nothing else happens."""
import json

from product import Store, binary, psql
import os


def measure(count, rounds):
    """{kind: [{per_second, cpu_us, start_ms, …}, …]}"""
    seen = {"pg": [], "sqlite": []}
    for _ in range(rounds):
        for kind, results in seen.items():
            store = Store(kind, "jobs").drop()
            os.makedirs(store.data, exist_ok=True)
            try:
                if kind == "pg":
                    psql("postgres", f"CREATE DATABASE {store.name}")
                results.append(json.loads(store.run([binary("bench-jobs"), str(count)])))
            finally:
                store.drop()
    return seen
