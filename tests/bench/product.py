"""The product and its floor on both stores: settings, databases, seeds, and how they are removed."""
import os
import re
import shutil
import subprocess

from target import Target

BASE = "/tmp/groundwork-bench"
PSQL = ["psql", "-h", "127.0.0.1", "-p", "54400", "-U", "postgres", "-qAtX", "-v", "ON_ERROR_STOP=1"]
# Logs as in production; limits off, since all requests come from one address.
SETTINGS = {"ENVIRONMENT": "test", "RATE_LIMITS": "off", "LOG_FORMAT": "json", "SECRET_KEY": "benchmark-benchmark-benchmark-benchmark"}


def binary(name):
    root = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
    return os.path.join(os.environ.get("CARGO_TARGET_DIR", f"{root}/target"), "release", name)


def psql(database, sql):
    return subprocess.run([*PSQL, "-d", database], input=sql, check=True, text=True, capture_output=True).stdout.strip()


def postmaster():
    return int(open("/tmp/bench-pg/data/postmaster.pid").readline())


class Store:
    """One database of the product, of the kind `pg` or `sqlite`."""

    def __init__(self, kind, name):
        self.kind, self.name = kind, f"bench_groundwork_{name}"
        self.data = f"{BASE}/{kind}-{name}"
        # PATH and the like; no setting of whoever runs the benchmark.
        self.env = {**SETTINGS, "DATA_DIR": self.data}
        if kind == "pg":
            self.env["DATABASE_URL"] = f"postgres://postgres@127.0.0.1:54400/{self.name}"

    def make(self, tenants, projects, members):
        """Seeds it; what is there already stays."""
        os.makedirs(self.data, exist_ok=True)
        if self.kind == "pg" and not psql("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{self.name}'"):
            psql("postgres", f"CREATE DATABASE {self.name}")
        self.run([binary("groundwork"), "seed", "--tenants", str(tenants), "--projects", str(projects), "--members", str(members)])
        if self.kind == "pg":
            psql(self.name, "VACUUM ANALYZE")
        return self

    def drop(self):
        """Removes it, and the roles that it made."""
        if self.kind == "pg" and psql("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{self.name}'"):
            prefix = psql(self.name, "SELECT to_regclass('catalog.meta') IS NOT NULL") == "t" and psql(self.name, "SELECT value FROM catalog.meta WHERE name = 'installation'")
            psql("postgres", f"DROP DATABASE {self.name} WITH (FORCE)")
            if prefix:
                psql("postgres", f"SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE starts_with(rolname, '{prefix}_') \\gexec")
        shutil.rmtree(self.data, ignore_errors=True)
        return self

    def run(self, command, **options):
        done = subprocess.run(command, env={**os.environ, **self.env}, cwd=self.data, text=True, capture_output=True, **options)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}: {done.stdout[-1000:]}{done.stderr[-3000:]}")
        return done.stdout

    def product(self, port, name="product", **page):
        env = {**self.env, "LISTEN": f"127.0.0.1:{port}", "BASE_URL": f"http://localhost:{port}"}
        return Target(f"{name}-{self.kind}", [binary("groundwork"), "serve"], port, health="/readyz", env=env, cwd=self.data, login=True, database=self.kind == "pg", **page)

    def home(self, port):
        """The same server, asked for the first page of a workspace, which names some of its projects."""
        return self.product(port, "home", path="/", rows=range(1, 26))

    def floor(self, port):
        env = {**self.env, "LISTEN": f"127.0.0.1:{port}"}
        return Target(f"floor-{self.kind}", [binary("bench-floor")], port, env=env, database=self.kind == "pg")

    def stamp(self):
        """How a current workspace is marked; read before anything is migrated."""
        return re.fullmatch(r"[0-9a-f]{32}", psql(self.name, "SELECT DISTINCT stamp FROM catalog.tenants"))[0]
