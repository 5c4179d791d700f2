"""Seconds from saving a template or a handler of an app to the new page: debug build and restart."""
import os
import shutil
import subprocess
import time

from product import BASE, SETTINGS
from target import Target

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
# Where a person edits; a copy, so that nobody's work tree is touched.
COPY = f"{BASE}/source"
DEBUG = f"{BASE}/debug"
EDITS = {
    "template": ("apps/accounts/templates/accounts/sign_in.html", None),
    "handler": ("apps/accounts/src/pages/sign_in.rs", '"Log in"'),
}


def copy():
    """The files that are there, without what is built; unchanged ones keep their time."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, text=True, capture_output=True).stdout.split("\n")
    for name in filter(None, listed):
        if os.path.isfile(f"{ROOT}/{name}") and not os.path.islink(f"{ROOT}/{name}"):
            os.makedirs(os.path.dirname(f"{COPY}/{name}"), exist_ok=True)
            shutil.copy2(f"{ROOT}/{name}", f"{COPY}/{name}")


def build():
    env = {**os.environ, "CARGO_TARGET_DIR": DEBUG}
    subprocess.run(["cargo", "build", "--quiet", "-p", "web", "--bin", "groundwork"], cwd=COPY, env=env, check=True)


def change(kind, turn):
    """Saves one visible change; answers with the text that must appear."""
    path, title = EDITS[kind]
    mark = f"{kind} {turn} of the benchmark"
    with open(f"{ROOT}/{path}") as file:
        text = file.read()
    with open(f"{COPY}/{path}", "w") as file:
        file.write(text.replace(title, f'"{mark}"') if title else f"{text}<p>{mark}</p>\n")
    return mark


def measure(rounds):
    """{kind: [seconds, …]}"""
    shutil.rmtree(COPY, ignore_errors=True)
    copy()
    build()
    data = f"{BASE}/edit"
    os.makedirs(data, exist_ok=True)
    env = {**SETTINGS, "DATA_DIR": data, "LISTEN": "127.0.0.1:24431", "BASE_URL": "http://localhost:24431"}
    target = Target("edit", [f"{DEBUG}/debug/groundwork", "serve"], 24431, health="/readyz", env=env, cwd=data)
    results = {kind: [] for kind in EDITS}
    try:
        target.start()
        for turn in range(rounds):
            for kind in EDITS:
                start = time.perf_counter()
                mark = change(kind, turn)
                build()
                target.stop()
                target.start()
                if mark not in target.get("/login", "localhost")[2]:
                    raise SystemExit(f"the page does not show the edited {kind}")
                results[kind].append(time.perf_counter() - start)
        return results
    finally:
        target.stop()
        shutil.rmtree(data, ignore_errors=True)
