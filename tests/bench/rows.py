"""Lists of a million rows; a million rows as a file; a hundred thousand rows of a file."""
import re
import statistics
import time

import machine
from product import Store
from target import Browser

HOST = "t0001.localhost"


class Person:
    """The owner of the workspace, in it."""

    def __init__(self, target):
        self.target, self.browser = target, Browser(target, "user1@t0001.example").sign_in()
        self.browser.follow(HOST, "/enter?next=/projects")

    def ask(self, path, **form):
        status, where, text = self.browser.ask(HOST, path, "POST" if form else "GET", form or None)
        if status not in (200, 303):
            raise SystemExit(f"{self.target.name}: {path} answered {status}: {text[:500]}")
        return where, text

    def token(self, path):
        return re.search(r'name="_csrf" value="([^"]+)"', self.ask(path)[1])[1]


def lists(person, last, rounds):
    """{what: median milliseconds}"""
    paths = {
        "first page": "/projects",
        "filtered": "/projects?status=at_risk",
        "searched": "/projects?q=project+0777",
        "last page": f"/projects?page={last}",
    }
    seen = {}
    for what, path in paths.items():
        times = []
        for _ in range(rounds):
            began = time.perf_counter()
            person.ask(path)
            times.append((time.perf_counter() - began) * 1000)
        seen[what] = statistics.median(times)
    return seen


def export(target, person, format):
    """(rows a second, by how many MB memory grew at most)"""
    fields = "".join(f"&export-field={name}" for name in ("name", "summary", "status", "owner", "due", "updated"))
    jar = person.browser.jars[HOST]
    connection = target.connect()
    before = most = machine.resident(target.pids())
    began = time.perf_counter()
    connection.request("GET", f"/projects/export?export-as={format}{fields}", headers={"Host": HOST, "Cookie": "; ".join(f"{k}={v}" for k, v in jar.items())})
    answer, lines, looked = connection.getresponse(), 0, 0
    while piece := answer.read(1 << 20):
        lines += piece.count(b"\n")
        if time.perf_counter() - looked > 0.5:
            most, looked = max(most, machine.resident(target.pids())), time.perf_counter()
    if answer.status != 200:
        raise SystemExit(f"{target.name}: the export answered {answer.status}")
    return lines / (time.perf_counter() - began), most - before


def bring(person, rows):
    """Seconds that checking and importing take."""
    lines = "\n".join(f"Brought {number:06d},{('on_track', 'done')[number % 2]},2027-0{number % 9 + 1}-01" for number in range(rows))
    token = person.token("/projects/import")
    jar = person.browser.jars[HOST]
    headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in jar.items()), "x-csrf-token": token, "Origin": f"http://{HOST}:{person.target.port}", "Content-Type": "application/octet-stream"}
    status, _, text = person.target.get("/projects/import/file?name=rows.csv", HOST, "POST", f"Name,Status,Due\n{lines}".encode(), headers)
    if status != 200:
        raise SystemExit(f"{person.target.name}: the file was not taken: {status} {text[:300]}")
    path = re.search(r'"path":"([^"]+)"', text)[1]
    columns = [("column", "name"), ("column", "status"), ("column", "due")]
    took = []
    for action, words in (("check", "checked. Nothing"), ("start", "rows imported.")):
        form = [("_csrf", person.token(path)), ("action", action), *(columns if action == "check" else [])]
        began = time.perf_counter()
        status, _, text = person.browser.ask(HOST, path, "POST", form)
        while words not in (page := person.ask(path)[1]):
            if "Stopped" in page or time.perf_counter() - began > 900:
                raise SystemExit(f"{person.target.name}: the import stopped: {page[:500]}")
            time.sleep(0.1)
        took.append(time.perf_counter() - began)
    return took


def measure(kind, many, brought, rounds):
    """What lists, exports and imports take over so many rows."""
    store = Store(kind, f"rows_{many}").drop().make(1, many, 20)
    target = store.product(24441)
    try:
        target.start()
        person = Person(target)
        pages = lists(person, max(1, many // 25), rounds)
        files = {format: export(target, person, format) for format in ("csv", "jsonl")}
        return pages, files, bring(person, brought)
    finally:
        target.stop()
        store.drop()
