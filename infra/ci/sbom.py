#!/usr/bin/env python3
"""Writes what the program is made of: a bill of materials in CycloneDX 1.5, from Cargo's own resolution.

    infra/ci/sbom.py > groundwork.cdx.json

Only what is linked into `groundwork` for Linux on x86-64: no tools for building, no tests. Twice from the
same Cargo.lock gives the same bytes.
"""

import json
import pathlib
import subprocess
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = "x86_64-unknown-linux-gnu"


def metadata():
    command = ["cargo", "metadata", "--format-version=1", "--locked", f"--filter-platform={TARGET}"]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def checksums():
    lock = tomllib.loads((ROOT / "Cargo.lock").read_text())
    return {(each["name"], each["version"]): each.get("checksum") for each in lock["package"]}


def linked(nodes, start):
    """Everything reached from `start` by dependencies that are linked."""
    found, left = {}, [start]
    while left:
        this = left.pop()
        if this in found:
            continue
        normal = lambda dep: any(kind["kind"] is None for kind in dep["dep_kinds"])
        found[this] = sorted({dep["pkg"] for dep in nodes[this]["deps"] if normal(dep)})
        left.extend(found[this])
    return found


def component(package, reference, checksum):
    made = {
        "type": "library",
        "bom-ref": reference,
        "name": package["name"],
        "version": package["version"],
    }
    if package.get("license"):
        # Old manifests write "MIT/Apache-2.0" for what SPDX calls OR.
        made["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    if package.get("source"):
        made["purl"] = reference
    if checksum:
        made["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    return made


def main():
    data, sums = metadata(), checksums()
    packages = {package["id"]: package for package in data["packages"]}
    nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
    start = next(key for key in data["workspace_members"] if packages[key]["name"] == "web")
    found = linked(nodes, start)
    reference = lambda key: "pkg:cargo/{name}@{version}".format(**packages[key])
    entry = lambda key: component(
        packages[key], reference(key), sums.get((packages[key]["name"], packages[key]["version"]))
    )
    program = entry(start) | {"type": "application", "name": "groundwork"}
    others = sorted((key for key in found if key != start), key=reference)
    bom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": program},
        "components": [entry(key) for key in others],
        "dependencies": [
            {"ref": reference(key), "dependsOn": sorted(map(reference, found[key]))}
            for key in sorted(found, key=reference)
        ],
    }
    print(json.dumps(bom, indent=2))


main()
