#!/usr/bin/env bash
# PostgreSQL and PgBouncer for the tests: private, on loopback, thrown away at will.
#
#   infra/ci/services.sh install   what is missing: Debian packages, the node tools of tests/browser;
#                                  `install nextest` brings cargo-nextest too
#   infra/ci/services.sh start     both servers; quick when they already run, heals what a crash left
#   infra/ci/services.sh stop      both servers; the data stays
#   infra/ci/services.sh reset     stop, and throw the data away
#   infra/ci/services.sh shrink N  the same, if it is N GB or more
#   infra/ci/services.sh status    what answers; fails unless both do
#   infra/ci/services.sh env       export lines: eval "$(infra/ci/services.sh env)"
#
# GROUNDWORK_TEST_DIR, GROUNDWORK_TEST_PG_PORT and GROUNDWORK_TEST_PGBOUNCER_PORT move them;
# GROUNDWORK_TEST_PG_BIN has the server's programs, where another PostgreSQL is meant.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
pg_port=${GROUNDWORK_TEST_PG_PORT:-55432}
bouncer_port=${GROUNDWORK_TEST_PGBOUNCER_PORT:-56432}
account=groundwork # superuser of this throw-away cluster, reachable from loopback only
password=groundwork
pg_url="postgres://$account:$password@127.0.0.1:$pg_port"
bouncer_url="postgres://$account:$password@127.0.0.1:$bouncer_port"
server_user=$([ "$(id -u)" = 0 ] && echo postgres || id -un) # neither server runs as root

clients=$HOME/.cache/groundwork/clients # libraries of others, for Python

say() { echo "services: $*" >&2; }
die() { say "$*"; exit 1; }

# Runs a command as the servers' user, without the lock that this script holds.
as_server() {
    if [ "$(id -un)" = "$server_user" ]; then
        (cd "$dir" && exec "$@" 9>&-)
    else
        (cd "$dir" && exec runuser -u "$server_user" -- "$@" 9>&-)
    fi
}

# The newest PostgreSQL from 15 on whose server is installed.
find_postgres() {
    local bin
    bin=${GROUNDWORK_TEST_PG_BIN:+$GROUNDWORK_TEST_PG_BIN/initdb}
    [ -x "$bin" ] || bin=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -1)
    [ -x "$bin" ] || bin=$(command -v initdb) || return 1
    [ "$("$bin" --version | grep -oE '[0-9]+' | head -1)" -ge 15 ] || return 1
    pg_bin=$(dirname "$bin")
}

find_pgbouncer() { bouncer=$(PATH=$PATH:/usr/sbin command -v pgbouncer); }

find_chromium() {
    chromium=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}
}

find_firefox() { firefox=${FIREFOX:-$(command -v firefox-esr || command -v firefox)}; }

# A Python that has a mail server for the tests of core/mail; Debian's, whatever comes first in PATH.
find_smtp_python() {
    local each
    for each in "${TEST_SMTP_PYTHON:-}" /usr/bin/python3 python3; do
        [ -n "$each" ] && "$each" -c 'import aiosmtpd' 2>/dev/null && smtp_python=$each && return 0
    done
    return 1
}

# As root the servers run as `postgres`, who cannot reach a home of mode 0700.
find_dir() {
    dir=${GROUNDWORK_TEST_DIR:-$HOME/.cache/groundwork/services}
    if [ "$(id -u)" = 0 ] && [ -z "${GROUNDWORK_TEST_DIR:-}" ] &&
        ! runuser -u "$server_user" -- test -x "$HOME"; then
        dir=/var/cache/groundwork/services
    fi
}

open_dir() {
    find_dir
    mkdir -p "$dir" && chmod 700 "$dir" && chown "$server_user" "$dir"
    dir=$(cd "$dir" && pwd -P)
    data=$dir/postgres
    as_server test -w "$dir" || die "$server_user cannot write to $dir: set GROUNDWORK_TEST_DIR"
    exec 9>"$dir/lock"
    flock -w 180 9 || die "another run holds $dir/lock"
}

# shellcheck source=infra/ci/servers.sh
. "$here/servers.sh"

start() {
    find_postgres && find_pgbouncer || die "not installed: run infra/ci/services.sh install"
    open_dir
    ulimit -n "$(ulimit -Hn)" 2>/dev/null || true
    write_settings
    postgres_answers && [ "$pg_settings_changed" = no ] || start_postgres
    bouncer_answers && [ "$bouncer_settings_changed" = no ] || start_bouncer
}

stop() {
    find_postgres || die "PostgreSQL is not installed"
    open_dir
    stop_bouncer
    stop_postgres
}

reset() {
    stop
    rm -rf "$data"
}

shrink() {
    find_dir
    [ -d "$dir" ] || return 0
    [ "$(du --summarize --block-size=1G "$dir" | cut -f1)" -lt "$1" ] || reset
}

status() {
    local result=0
    find_postgres && find_pgbouncer || die "not installed: run infra/ci/services.sh install"
    open_dir
    for server in postgres:"$pg_port" bouncer:"$bouncer_port"; do
        if "${server%%:*}_answers"; then
            echo "${server%%:*}: answers on 127.0.0.1:${server##*:}"
        else
            echo "${server%%:*}: down"
            result=1
        fi
    done
    return $result
}

print_env() {
    find_chromium || die "Chromium is not installed: run infra/ci/services.sh install"
    find_smtp_python || die "aiosmtpd is not installed: run infra/ci/services.sh install"
    printf 'export %s=%q\n' TEST_SMTP_PYTHON "$smtp_python" TEST_DATABASE_URL "$pg_url/postgres" \
        TEST_PGBOUNCER_URL "$bouncer_url/postgres" CHROMIUM "$chromium"
    [ ! -x "$clients/bin/python" ] || printf 'export TEST_STRIPE_PYTHON=%q\n' "$clients/bin/python"
    # The flow in Firefox says so itself where there is none.
    ! find_firefox || printf 'export FIREFOX=%q\n' "$firefox"
}

case "${1:-}" in
install)
    # shellcheck source=infra/ci/install.sh
    . "$here/install.sh"
    install_packages
    install_node_tools
    install_clients
    [ "${2:-}" != nextest ] || install_nextest
    ;;
start | stop | reset | status) "$1" ;;
shrink) shrink "${2:?how many GB}" ;;
env) print_env ;;
*)
    sed -n '2,/^$/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
