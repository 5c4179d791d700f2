"""From the POST of the step that names a workspace to its first page, with few and with many workspaces present."""
import json
import statistics
import time

import peers
from product import Store, binary, psql
from target import Browser
from turns import turns

OWNER = "user1@t0001.example"


class Product:
    """A browser that is signed in and makes one workspace after another."""

    def __init__(self, store, port):
        self.store, self.target = store, store.product(port)
        self.target.start()
        self.browser = None

    def __call__(self, name):
        """Milliseconds to the first page, and of that page once more."""
        # Not before the stores are made: servers close connections that nobody uses.
        self.browser = self.browser or Browser(self.target, OWNER).sign_in()
        form = {"_csrf": self.browser.token("/workspaces/new"), "name": name, "slug": name}
        start = time.perf_counter()
        status, where, text = self.browser.ask("localhost", "/workspaces", "POST", form)
        if status != 303:
            raise SystemExit(f"{self.target.name}: a new workspace answered {status}: {text[:500]}")
        host, status, text = self.browser.follow("localhost", where)
        elapsed = time.perf_counter() - start
        if status != 200 or host != f"{name}.localhost" or "/projects" not in text:
            raise SystemExit(f"{self.target.name}: the first page of {name} answered {status} at {host}: {text[:500]}")
        start = time.perf_counter()
        self.browser.follow(host, "/projects")
        return elapsed * 1000, (time.perf_counter() - start) * 1000

    def close(self):
        self.target.stop()


class Django:
    """The sign-up of ../shared/bench's Django peer: one POST, answered when the tenant is there."""

    def __init__(self):
        config = json.load(open(f"{peers.SHARED}/targets.json"))["targets"]["django"]
        self.form, self.drop, self.made = config["signup"], config["drop"], []
        peers.seed("django", "bench_django")
        self.target = next(target for target in peers.targets() if target.name == "django")
        self.target.start()

    def __call__(self, name):
        self.made.append(name)
        body = self.form["body"].replace("{tenant}", name)
        start = time.perf_counter()
        status, _, text = self.target.get(self.form["url"], self.form["host"], "POST", body, {"Content-Type": "application/json"})
        if status != self.form["status"]:
            raise SystemExit(f"django: sign-up answered {status}: {text[:500]}")
        return (time.perf_counter() - start) * 1000, 0

    def close(self):
        self.target.stop()
        for name in self.made:
            psql("bench_django", self.drop.replace("{tenant}", name))


class Limit:
    """limit_signup, timed like the others."""

    def __init__(self):
        self.way = peers.SignUp()

    def __call__(self, name):
        start = time.perf_counter()
        self.way(name)
        return (time.perf_counter() - start) * 1000, 0

    def close(self):
        self.way.close()


def measure(count, few, many):
    """{name: [(ms, ms of one page), …]}, all taking turns."""
    ways, stores = {}, []
    try:
        if peers.there():
            ways["limit_signup"], ways["django"] = Limit(), Django()
        for port, (kind, size) in enumerate([(kind, size) for kind in ("pg", "sqlite") for size in (few, many)], 24431):
            store = Store(kind, f"signup{size}").drop()
            stores.append(store)
            store.make(size, 5, 2)
            if kind == "pg":  # a cell takes a thousand
                store.run([binary("groundwork"), "cell", "add"])
            ways[f"{kind}, {size}"] = Product(store, port)
        results = {name: [] for name in ways}
        # The first ones open connections and build the template.
        for name, workspace, counts in turns(list(ways), count, 3):
            seen = ways[name](workspace)
            if counts:
                results[name].append(seen)
        return results
    finally:
        for way in ways.values():
            way.close()
        for store in stores:
            store.drop()


def table(results):
    lines = ["| POST of the workspace's name → its first page | workspaces made | p50 ms | p95 ms | one page, p50 ms |", "|---|---|---|---|---|"]
    for name, seen in results.items():
        times, page = sorted(ms for ms, _ in seen), statistics.median(ms for _, ms in seen)
        lines.append(f"| {name} | {len(times)} | {statistics.median(times):.1f} | {times[int(0.95 * (len(times) - 1))]:.1f} | {f'{page:.1f}' if page else '—'} |")
    return "\n".join(lines)


def middle(results, name, which=0):
    return statistics.median(seen[which] for seen in results[name]) if name in results else None
