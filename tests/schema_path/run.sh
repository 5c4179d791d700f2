#!/usr/bin/env bash
# Starts a PostgreSQL 15 cluster and a PgBouncer of its own on 127.0.0.1, seeds them, runs the benchmark, stops both.
# The report goes to standard output, progress to standard error. ROUNDS and SECONDS_EACH shorten a trial run.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
base=/tmp/groundwork-schema-path
bin=${PG_BIN:-/usr/lib/postgresql/15/bin}
pooler=$(PATH=$PATH:/usr/sbin command -v pgbouncer) || { echo "pgbouncer is not installed" >&2; exit 1; }
export PG_PORT=55110 POOLER_PORT=55111

# PostgreSQL refuses to run as root.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=postgres --regid=postgres --init-groups env HOME="$base" "$@"
    else
        "$@"
    fi
}

stop() {
    local pid
    pid=$(cat "$base/pgbouncer.pid" 2>/dev/null || true)
    # A file left by a killed run may name a process that is somebody else's by now.
    if [ -n "$pid" ] && grep -qs "$base/pgbouncer.ini" "/proc/$pid/cmdline"; then
        kill "$pid"
        while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
    fi
    if [ -s "$base/data/postmaster.pid" ]; then
        as_postgres "$bin/pg_ctl" -D "$base/data" -m immediate -w stop >&2 || true
    fi
    rm -rf "$base"
}

cargo build --release --quiet --manifest-path "$root/Cargo.toml" -p schema-path
binary=${CARGO_TARGET_DIR:-$root/target}/release/schema-path

stop # what an interrupted run left
for port in $PG_PORT $POOLER_PORT; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
        echo "port $port is in use by another program" >&2
        exit 1
    fi
done
trap stop EXIT

mkdir -p "$base"
[ "$(id -u)" != 0 ] || chown postgres: "$base"
as_postgres "$bin/initdb" -D "$base/data" -U postgres -A trust -E UTF8 --locale=C >/dev/null
# Durability is off: the workload only reads. Autovacuum would be noise in somebody's round.
cat >>"$base/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $PG_PORT
unix_socket_directories = '$base'
max_connections = 300
max_locks_per_transaction = 256
shared_buffers = 512MB
fsync = off
autovacuum = off
CONF
as_postgres "$bin/pg_ctl" -D "$base/data" -l "$base/postgresql.log" -w start >&2

cat >"$base/pgbouncer.ini" <<CONF
[databases]
fifty = host=127.0.0.1 port=$PG_PORT user=cell_50
thousand = host=127.0.0.1 port=$PG_PORT user=cell_1000
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $POOLER_PORT
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 8
max_client_conn = 100
ignore_startup_parameters = extra_float_digits,options
logfile = $base/pgbouncer.log
pidfile = $base/pgbouncer.pid
CONF
as_postgres "$pooler" -q -d "$base/pgbouncer.ini"

seed() { # database, tenants, projects each
    as_postgres "$bin/createdb" -h "$base" -p "$PG_PORT" "$1"
    as_postgres "$bin/psql" -h "$base" -p "$PG_PORT" -d "$1" -qX \
        -v tenants="$2" -v projects="$3" -v members=20 -v suffix="$2" <"$here/seed.sql"
}
SECONDS=0
seed fifty 50 1000
seed thousand 1000 200
echo "seeded in ${SECONDS} s" >&2

POOLER_PID=$(cat "$base/pgbouncer.pid") "$binary"
