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

    def __init__(self, name, command, port, path="/projects", health="/healthz", env=None, cwd=None, headers=None, login=False, database=False):
        self.name, self.command, self.port, self.path, self.health = name, command, port, path, health
        self.env, self.cwd, self.fixed, self.login, self.database = env or {}, cwd, headers or {}, login, database
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

    def get(self, path, host, method="GET", body=None, headers=None):
        """(status, headers, text)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body=body, headers={"Host": host, **(headers or {})})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
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
        """Every tenant's page once: its 25 rows, and no other tenant's name. The mean size."""
        size = 0
        for tenant in tenants:
            status, _, text = self.get(self.path, f"{tenant}.localhost", headers=self.headers(tenant))
            rows = set(re.findall(rf"\b{tenant} project \d{{4}}\b", text))
            others = set(re.findall(r"\bt\d{4}\b", text)) - {tenant}
            if status != 200 or len(rows) != 25 or f" of {tenant}" not in text or others:
                raise SystemExit(f"{self.name} {tenant}: status {status}, {len(rows)} rows, others {sorted(others)[:3]}: {text[:300]!r}")
            size += len(text.encode())
        return size / len(tenants)


def enter(target, tenant):
    """The `Cookie` header of the owner's session at the workspace."""
    jars = {}

    def ask(host, path, method="GET", fields=None):
        jar = jars.setdefault(host, {})
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in jar.items())} if jar else {}
        if fields:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        status, answer, text = target.get(path, host, method, urlencode(fields) if fields else None, headers)
        for cookie in answer.get_all("Set-Cookie") or []:
            key, value = cookie.split(";")[0].split("=", 1)
            jar[key] = value
        return status, answer.get("Location"), text

    home = f"{tenant}.localhost"
    text = ask("localhost", "/login")[2]
    token = re.search(r'name="_csrf" value="([^"]+)"', text)[1]
    form = {"_csrf": token, "email": f"user1@{tenant}.example", "password": PASSWORD, "next": ""}
    status, where, text = ask("localhost", "/login", "POST", form)
    if status != 303:
        raise SystemExit(f"{target.name}: sign-in of {tenant} answered {status}: {text[:300]}")
    where = "/enter?next=/projects"
    host = home
    for _ in range(5):
        status, where, _ = ask(host, where)
        if "__Host-session" in jars.get(home, {}):
            return f"__Host-session={jars[home]['__Host-session']}"
        parts = urlsplit(where)
        host, where = parts.hostname or host, f"{parts.path}?{parts.query}"
    raise SystemExit(f"{target.name}: no session for {tenant}")
