#!/usr/bin/env bash
# Builds product and floor, starts a PostgreSQL of its own, measures, prints a table. Progress goes to standard error.
#   run.sh                    everything, about 15 minutes after the builds
#   run.sh page start         some parts: page create signup migrate start edit jobs scale trail rows
#   run.sh 10k                ten thousand workspaces on both stores, half an hour
#   run.sh --quick            tiny counts: shows that it works, measures nothing
#   run.sh clean              stops the server and removes what was made
# Peers are measured beside the product when ../shared/bench is there; without it that is said and left out.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
shared=$root/../shared/bench
bin=${PG_BIN:-/usr/lib/postgresql/15/bin}
base=/tmp/bench-pg # the place and the port of ../shared/bench's server, so that both use one
port=54400

as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        (cd /tmp && setpriv --reuid=postgres --regid=postgres --clear-groups env HOME="$base" "$@")
    else
        "$@"
    fi
}

# The same settings as ../shared/bench/setup.sh: durable, as in production.
cluster() {
    mkdir -p "$base/sock"
    [ "$(id -u)" != 0 ] || chown -R postgres: "$base"
    if [ ! -f "$base/data/PG_VERSION" ]; then
        as_postgres "$bin/initdb" -D "$base/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
        cat >>"$base/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$base/sock'
shared_buffers = 512MB
max_connections = 200
max_locks_per_transaction = 256
max_wal_size = 4GB
checkpoint_timeout = 15min
checkpoint_completion_target = 0.9
random_page_cost = 1.1
effective_cache_size = 4GB
work_mem = 8MB
maintenance_work_mem = 128MB
jit = off
log_min_messages = warning
CONF
    fi
    as_postgres "$bin/pg_ctl" -D "$base/data" status >/dev/null ||
        as_postgres "$bin/pg_ctl" -D "$base/data" -l "$base/log" -w start >/dev/null
}

if [ "${1:-}" = clean ]; then
    as_postgres "$bin/pg_ctl" -D "$base/data" -m fast -w stop >&2 || true
    rm -rf "$base" /tmp/groundwork-bench
    exit
fi

for tool in wrk psql python3 "$bin/initdb"; do
    command -v "$tool" >/dev/null || {
        echo "$tool is missing: apt-get install wrk postgresql-15 python3" >&2
        exit 1
    }
done
cluster
if [ -d "$shared" ]; then
    bash "$shared/setup.sh" venvs >&2
    (cd "$shared/limit_axum" && CARGO_TARGET_DIR=/tmp/bench-target cargo build --release --quiet --locked)
fi
cargo build --release --quiet --manifest-path "$root/Cargo.toml" -p web -p bench-floor --features web/example
export PYTHONDONTWRITEBYTECODE=1
if [ "${1:-}" = 10k ]; then
    shift
    exec python3 "$here/ten_thousand.py" "$@"
fi
exec python3 "$here/bench.py" "$@"
