"""Servers under measurement: starting, asking, stopping; and the product's real sign-in."""
import hashlib
import http.client
import os
import re
import signal
import subprocess
import time
from urllib.parse import urlencode, urlsplit

import machine

PASSWORD = "seeded-password-for-tests"


class Target:
    """One server. `host` and `headers` may hold {tenant}."""

    def __init__(self, name, command, port, path="/projects", health="/healthz", env=None, cwd=None, headers=None, login=False, database=False, rows=range(25, 26)):
        self.name, self.command, self.port, self.path, self.health = name, command, port, path, health
        self.env, self.cwd, self.fixed, self.login, self.database = env or {}, cwd, headers or {}, login, database
        self.rows = rows  # how many projects a page names
        self.cookies, self.process, self.log = {}, None, f"/tmp/groundwork-bench/{name}.log"

    def start(self):
        """Starts it and waits for its health page; answers with the milliseconds that took."""
        began = time.perf_counter()
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(self.command, cwd=self.cwd, env={**os.environ, **self.env}, stdout=log, stderr=log, start_new_session=True)
        while time.perf_counter() - began < 60:
            try:
                if self.get(self.health, "localhost")[0] == 200:
                    return (time.perf_counter() - began) * 1000
            except OSError:
                pass
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} ended at once, see {self.log}")
            time.sleep(0.002)
        raise SystemExit(f"{self.name} does not answer, see {self.log}")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                # Its own session, so the group holds nobody else's processes.
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def pids(self):
        return machine.tree(self.process.pid)

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def get(self, path, host, method="GET", body=None, headers=None, connection=None):
        """(status, headers, text), on a connection of its own or on one that stays open."""
        own = connection or self.connect()
        own.request(method, path, body=body, headers={"Host": host, **(headers or {})})
        answer = own.getresponse()
        text = answer.read().decode()
        if not connection:
            own.close()
        return answer.status, answer.headers, text

    def sign_in(self, tenants):
        """Through the front door: password on the account site, ticket, session of the workspace."""
        if self.login:
            self.cookies = {tenant: {"Cookie": enter(self, tenant)} for tenant in tenants}

    def headers(self, tenant):
        key = hashlib.md5(f"session:{tenant}".encode()).hexdigest()
        return {**{k: v.replace("{session}", key) for k, v in self.fixed.items()}, **self.cookies.get(tenant, {})}

    def raw(self, tenant):
        """One request as bytes."""
        lines = [f"GET {self.path} HTTP/1.1", f"Host: {tenant}.localhost"]
        lines += [f"{k}: {v}" for k, v in self.headers(tenant).items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def verify(self, tenants):
        """Every tenant's page once: as many of its rows as there should be, and no other tenant's name. The mean size."""
        size = 0
        for tenant in tenants:
            status, _, text = self.get(self.path, f"{tenant}.localhost", headers=self.headers(tenant))
            rows = set(re.findall(rf"\b{tenant} project \d{{4}}\b", text))
            others = set(re.findall(r"\bt\d{4}\b", text)) - {tenant}
            if status != 200 or len(rows) not in self.rows or f" of {tenant}" not in text or others:
                raise SystemExit(f"{self.name} {tenant}: status {status}, {len(rows)} rows, others {sorted(others)[:3]}: {text[:300]!r}")
            size += len(text.encode())
        return size / len(tenants)


class Browser:
    """Somebody with cookies, a jar for each host."""

    def __init__(self, target, email):
        self.target, self.email, self.jars = target, email, {}
        self.connection = target.connect()  # as a browser keeps it

    def ask(self, host, path, method="GET", fields=None):
        """(status, Location, text)."""
        jar = self.jars.setdefault(host, {})
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in jar.items())} if jar else {}
        if fields:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        status, answer, text = self.target.get(path, host, method, urlencode(fields) if fields else None, headers, self.connection)
        for cookie in answer.get_all("Set-Cookie") or []:
            key, value = cookie.split(";")[0].split("=", 1)
            jar[key] = value
        return status, answer.get("Location"), text

    def token(self, path):
        """The token against forged requests in the form of a page of the account site."""
        return re.search(r'name="_csrf" value="([^"]+)"', self.ask("localhost", path)[2])[1]

    def sign_in(self):
        form = {"_csrf": self.token("/login"), "email": self.email, "password": PASSWORD, "next": ""}
        status, _, text = self.ask("localhost", "/login", "POST", form)
        if status != 303:
            raise SystemExit(f"{self.target.name}: sign-in of {self.email} answered {status}: {text[:300]}")
        return self

    def follow(self, host, where, until=lambda host: False):
        """Goes where redirects lead, to the last page: (host, status, text)."""
        for _ in range(10):
            parts = urlsplit(where)
            host = parts.hostname or host
            status, where, text = self.ask(host, f"{parts.path}?{parts.query}" if parts.query else parts.path)
            if where is None or until(host):
                return host, status, text
        raise SystemExit(f"{self.target.name}: redirects without end, the last to {where}")


def enter(target, tenant):
    """The `Cookie` header of the owner's session at the workspace."""
    browser, home = Browser(target, f"user1@{tenant}.example").sign_in(), f"{tenant}.localhost"
    in_it = lambda _: "__Host-session" in browser.jars.get(home, {})
    browser.follow(home, "/enter?next=/projects", in_it)
    if not in_it(home):
        raise SystemExit(f"{target.name}: no session for {tenant}")
    return f"__Host-session={browser.jars[home]['__Host-session']}"
