"""What stands beside the product when ../shared/bench is there: its Django peer and its limits."""
import os
import re
import subprocess
import sys

from product import psql
from target import Target

SHARED = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../shared/bench"))
DJANGO = "/tmp/bench-venv-django/bin"
LIMIT = "/tmp/bench-target/release/limit_axum"


def there():
    return os.path.isdir(SHARED) and os.path.exists(f"{DJANGO}/gunicorn")


def seed(*args):
    run(["python3", "seed.py", *map(str, args)])


def run(command, **options):
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=SHARED, check=True, text=True, stdout=subprocess.PIPE, env=env, **options).stdout


def targets():
    """Django as ../shared/bench configures it, and its own limit on the same rows."""
    seed("django", "bench_django")
    found = [Target("django", [f"{DJANGO}/gunicorn", "core.wsgi", "-b", "127.0.0.1:24411", "-w", "2", "-k", "gthread", "--threads", "8", "--keep-alive", "60", "--no-control-socket"],
                    24411, path="/projects/", cwd=f"{SHARED}/peer_django", env={"BENCH_DB": "bench_django", "PYTHONDONTWRITEBYTECODE": "1"},
                    headers={"Cookie": "sessionid={session}"}, database=True)]
    if os.path.exists(LIMIT):
        seed("plain", "bench_plain")
        found.append(Target("limit_axum", [LIMIT], 24413, path="/projects/", env={"BENCH_DB": "bench_plain", "POOL": "8", "PORT": "24413"}, database=True))
    return found


class SignUp:
    """limit_signup: the finished DDL of one Django tenant, sent over one open connection."""

    def __init__(self):
        sys.path.insert(0, SHARED)
        sys.dont_write_bytecode = True
        import signup
        seed("django", "bench_django")
        self.ddl, self.session, self.made = signup.dump("bench_django", "t0001"), signup.Psql("bench_django"), []

    def __call__(self, name):
        # Named before it is made: what an interrupted run leaves is removed too.
        self.made.append(name)
        self.session.run("BEGIN;\n" + self.ddl.replace("t0001", name) + "COMMIT;")

    def close(self):
        self.session.close()
        for name in self.made:
            psql("bench_django", f"DROP SCHEMA IF EXISTS {name} CASCADE")


def migrate(name, tenants, projects, members):
    """Tenants a second of ../shared/bench's `limit_migrate` or `django_par`."""
    seed("django", "bench_django_mig", "--tenants", tenants, "--projects", projects, "--members", members)
    out = run(["python3", "migrate.py", "--targets", name])
    row = re.search(rf"^\| {name} \| (\d+) \| [\d.]+ \| ([\d.]+) \|", out, re.M)
    if int(row[1]) != tenants:
        raise SystemExit(f"bench_django_mig has {row[1]} tenants, not {tenants}: drop it")
    return float(row[2])
