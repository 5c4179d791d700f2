#!/usr/bin/env python3
"""Reads every query of the dashboard and the alerts with Prometheus' own grammar, and what is around them.

Which names they may use is tests/it/operator/dashboard.rs's to say, which scrapes a site.
"""

import json
import pathlib
import sys

import promql_parser
import yaml

INFRA = pathlib.Path(__file__).resolve().parents[1]


def dashboard():
    board = json.loads((INFRA / "grafana/groundwork.json").read_text())
    ids = [panel["id"] for panel in board["panels"]]
    if len(set(ids)) != len(ids):
        yield "dashboard", "two panels have one id", ""
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            yield "dashboard", panel["title"], target["expr"].replace("$__rate_interval", "5m")


def alerts():
    for group in yaml.safe_load((INFRA / "prometheus/alerts.yaml").read_text())["groups"]:
        for rule in group["rules"]:
            if not {"alert", "expr", "labels", "annotations"} <= rule.keys():
                yield "alerts", f"{rule} lacks something", ""
            yield "alerts", rule["alert"], rule["expr"]


def main():
    wrong = 0
    for place, name, query in [*dashboard(), *alerts()]:
        try:
            promql_parser.parse(query)
        except ValueError as error:
            print(f"{place}: {name}: {error}", file=sys.stderr)
            wrong += 1
    sys.exit(1 if wrong else 0)


main()
