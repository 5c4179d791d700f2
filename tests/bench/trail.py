"""The audit trail: its page over a million entries, how fast a chain is verified, what a change costs with it."""
import datetime
import hashlib
import json
import os
import sqlite3
import statistics
import subprocess
import time
import uuid

import machine
from product import PSQL, Store, binary, postmaster, psql

TENANT = "t0001"
COLUMNS = ["seq", "at", "category", "action", "entity", "row_id", "title", "actor", "user_id", "address", "request", "changes", "link", "seal"]


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def entries(count, after, link, people):
    """Entries as the product writes them, over the year that ends now, in their chain."""
    now = datetime.datetime.now(datetime.timezone.utc)
    step = datetime.timedelta(days=364) / count
    rows = [str(uuid.UUID(int=n << 64)) for n in range(1, 2001)]
    for n in range(count):
        at = now - datetime.timedelta(days=364) + step * n
        user, member = people[n % len(people)]
        title, address = f"Project {n % 2000}", f"192.0.2.{n % 250}"
        changes = '{"status":["on_track","at_risk"],"summary":["A line of text","Another line of text"]}'
        fixed = [at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "change", ("created", "updated", "updated", "deleted")[n % 4], "projects", rows[n % 2000]]
        actor, request, salts = f"member:{member}", f"{n:032x}", [f"{n * 3 + part:016x}" for part in range(3)]
        said = [sha(salt + value) for salt, value in zip(salts, (title, address, changes))]
        fields = [*fixed, said[0], actor, user, said[1], request, said[2]]
        digest = hashlib.sha256("".join(f"{len(field.encode())}:{field}," for field in fields).encode()).digest()
        link = hashlib.sha256(link.encode() + digest).hexdigest()
        yield (after + n + 1, at, *fixed[1:], title, actor, user, address, request, changes, link, ".".join(salts))


def fill(store, count):
    """Gives a workspace a trail of so many entries in the place of its own, past the program."""
    known = json.loads(store.run([binary("groundwork"), "tenant", "list", "--json"]))
    schema = "t_" + next(one["id"] for one in known if one["slug"] == TENANT).replace("-", "")
    if store.kind == "pg":
        ask = lambda sql: [line.split("|") for line in psql(store.name, sql.replace("FROM ", f"FROM {schema}.")).splitlines()]
    else:
        file = sqlite3.connect(next(os.path.join(at, f"{schema}.db") for at, _, names in os.walk(store.data) if f"{schema}.db" in names))
        ask = lambda sql: [[uuid.UUID(bytes=one) if isinstance(one, bytes) else one for one in row] for row in file.execute(sql)]
    people = [(str(user), str(member)) for user, member in ask("SELECT user_id, id FROM members ORDER BY id")]
    last = link = "0" * 64
    if store.kind == "pg":
        psql(store.name, f"DELETE FROM {schema}.audit_entries")
        copy = subprocess.Popen([*PSQL, "-d", store.name, "-c", f"COPY {schema}.audit_entries ({','.join(COLUMNS)}) FROM STDIN"], stdin=subprocess.PIPE, text=True)
        for row in entries(count, 0, link, people):
            last = row[-2]
            copy.stdin.write("\t".join(map(str, row)) + "\n")
        copy.stdin.close()
        if copy.wait():
            raise SystemExit("COPY failed")
        psql(store.name, f"UPDATE {schema}.audit_head SET seq = {count}, link = '{last}'; ANALYZE {schema}.audit_entries")
    else:
        for trigger in ("no_delete", "no_update"):
            file.execute(f"DROP TRIGGER audit_entries_{trigger}")
        file.execute("DELETE FROM audit_entries")
        plain = lambda row: [row[0], row[1].strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"), *row[2:8], uuid.UUID(row[8]).bytes, *row[9:]]
        file.executemany(f"INSERT INTO audit_entries ({','.join(COLUMNS)}) VALUES ({','.join('?' * len(COLUMNS))})", map(plain, entries(count, 0, link, people)))
        file.commit()
        file.close()
    return people[1][1]


def measure(kind, count, rounds):
    """({question: median milliseconds of the page}, entries verified a second)"""
    store = Store(kind, "trail").drop().make(1, 20, 5)
    target = store.product(24431, "trail")
    try:
        member = fill(store, count)
        store.run([binary("groundwork"), "jobs", "run", "audit.trim", "--tenant", TENANT])
        target.start()
        # The job of every night: it writes down where each day ends.
        began = time.perf_counter()
        while TENANT not in store.run([binary("groundwork"), "audit", "heads", "--tenant", TENANT]):
            if time.perf_counter() - began > 60:
                raise SystemExit("the ends of the days are not written down")
            time.sleep(0.2)
        target.sign_in([TENANT])
        day = (datetime.date.today() - datetime.timedelta(days=180)).isoformat()
        asked = {
            "unfiltered": "", "by person": f"?by={member}", "by kind and action": "?kind=projects&action=deleted", "by a rare word": "?q=Project+1999",
            "by a word that is nowhere": "?q=nowhere", "of one day": f"?from={day}&to={day}", "until half a year ago": f"?to={day}", "two pages back": f"?before={count // 2}",
        }
        pages, connection = {}, target.connect()
        for name, query in asked.items():
            times = []
            for _ in range(rounds):
                began = time.perf_counter()
                status, _, text = target.get(f"/settings/audit{query}", f"{TENANT}.localhost", headers=target.headers(TENANT), connection=connection)
                times.append((time.perf_counter() - began) * 1000)
                if status != 200 or (name != "by a word that is nowhere" and "Project" not in text):
                    raise SystemExit(f"audit page, {name}: {status} {text[:300]}")
            pages[name] = statistics.median(times)
        target.stop()
        began = time.perf_counter()
        said = store.run([binary("groundwork"), "audit", "verify", "--tenant", TENANT])
        if f"{TENANT}: " not in said:
            raise SystemExit(said)
        return pages, count / (time.perf_counter() - began)
    finally:
        target.stop()
        store.drop()


def changes(kind, many, units, rounds):
    """Milliseconds of CPU, process and PostgreSQL, of a unit of work that changes so many rows: with the trail and without."""
    store = Store(kind, "told").drop().make(1, 1000, 5)
    worker = subprocess.Popen([binary("bench-fleet"), "told", TENANT], env={**os.environ, **store.env}, cwd=store.data, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    seen = {"told": [], "plain": []}
    try:
        # The first ones open connections and fill caches.
        for turn in range(rounds + 1):
            for how in (list(seen), list(seen)[::-1])[turn % 2]:
                meter = machine.Meter(machine.tree(worker.pid), machine.tree(postmaster()) if kind == "pg" else [])
                for _ in range(units):
                    worker.stdin.write(f"{how} {many}\n")
                    worker.stdin.flush()
                    if worker.stdout.readline().strip() != str(many):
                        raise SystemExit("bench-fleet told: not all rows were changed")
                app, database, _, _ = meter.stop()
                if turn:
                    seen[how].append((app + database) / units * 1000)
        return statistics.median(seen["told"]), statistics.median(seen["plain"])
    finally:
        worker.stdin.close()
        worker.wait()
        store.drop()
