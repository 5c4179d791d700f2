#!/usr/bin/env bash
# Runs what docs/deploy.md describes, as far as it goes without containers: PostgreSQL with
# infra/postgres/postgresql.conf and init.sh, PgBouncer with infra/pgbouncer/pgbouncer.ini, and on top of
# them the program in production mode: migrate, a workspace, serve and worker apart, and a good end.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
infra=$(dirname "$here")
program=$(realpath -m "${CARGO_TARGET_DIR:-$here/../../target}/debug/groundwork")
began=()
# As in the containers: neither the servers nor the program are root. setpriv becomes what it starts, so
# that what is ended is what was begun.
as_server=() as_nobody=()
if [ "$(id -u)" = 0 ]; then
    as_server=(setpriv --reuid=postgres --regid=postgres --init-groups --)
    as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --)
fi

say() { echo "deployment: $*" >&2; }
die() { say "$*"; exit 1; }

# Only what was begun here is ended.
finish() {
    local pid
    for pid in "${began[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" || true; done
    [ ! -f "$dir/data/postmaster.pid" ] || "${as_server[@]}" "$bin/pg_ctl" stop -D "$dir/data" -m immediate -s || true
    rm -rf "$dir"
}

wait_for() {
    local end=$((SECONDS + 30))
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || die "gave up waiting: ${*:1:2}"
        sleep 0.1
    done
}

free_ports() {
    python3 - <<-'PY'
	import socket
	all = [socket.create_server(("127.0.0.1", 0)) for _ in range(4)]
	print(*(each.getsockname()[1] for each in all))
	PY
}

bin=$(dirname "$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -1)")
[ -x "$bin/initdb" ] || die "no PostgreSQL: run infra/ci/services.sh install"
bouncer=$(PATH=$PATH:/usr/sbin command -v pgbouncer) || die "no PgBouncer: run infra/ci/services.sh install"
dir=$(mktemp -d)
trap finish EXIT
[ "$(id -u)" != 0 ] || chown postgres "$dir"
chmod 755 "$dir"
cd "$dir"
read -r pg_port bouncer_port site_port metrics_port < <(free_ports)
export PGHOST=127.0.0.1 PGCONNECT_TIMEOUT=3
owner_password=$(openssl rand -hex 16)
CATALOG_PASSWORD=$(openssl rand -hex 16)
PGBOUNCER_PASSWORD=$(openssl rand -hex 16)
export CATALOG_PASSWORD PGBOUNCER_PASSWORD POSTGRES_USER=owner POSTGRES_DB=groundwork

postgres() {
    echo "$owner_password" | "${as_server[@]}" tee "$dir/password" >/dev/null
    "${as_server[@]}" "$bin/initdb" -D "$dir/data" -U owner --pwfile="$dir/password" --auth=scram-sha-256 \
        --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
    # Where it listens is another place here; the rest is as it is.
    sed "s/^listen_addresses = '[*]'/listen_addresses = '127.0.0.1'/" "$infra/postgres/postgresql.conf" \
        >"$dir/postgresql.conf"
    local here="-c port=$pg_port -c unix_socket_directories= -c fsync=off"
    "${as_server[@]}" "$bin/pg_ctl" start -D "$dir/data" -w -s -l "$dir/data/log" \
        -o "-c config_file=$dir/postgresql.conf $here -c dynamic_shared_memory_type=mmap" ||
        die "PostgreSQL does not start: $(cat "$dir/data/log")"
    PGPASSWORD=$owner_password "$bin/createdb" -p "$pg_port" -U owner groundwork
    local wrong database again
    # For a second database as well, and again: the logins are there by then.
    PGPASSWORD=$owner_password "$bin/createdb" -p "$pg_port" -U owner second
    for database in groundwork second groundwork; do
        PGPORT=$pg_port PGPASSWORD=$owner_password PATH=$bin:$PATH POSTGRES_DB=$database sh "$infra/postgres/init.sh"
    done
    # Whoever else is called so keeps the password.
    owner 'ALTER ROLE groundwork SUPERUSER'
    again=$(PGPORT=$pg_port PGPASSWORD=$owner_password PATH=$bin:$PATH POSTGRES_DB=second CATALOG_PASSWORD=other \
        sh "$infra/postgres/init.sh" 2>&1) && die "init.sh took a superuser for its own login"
    [[ $again == *'groundwork is a superuser'* ]] || die "init.sh said: $again"
    owner 'ALTER ROLE groundwork NOSUPERUSER'
    wrong=$(PGPASSWORD=$owner_password "$bin/psql" -XAtq -p "$pg_port" -U owner groundwork -c \
        "SELECT name, error FROM pg_file_settings WHERE error IS NOT NULL
         UNION ALL SELECT name, 'needs a restart' FROM pg_settings WHERE pending_restart")
    [ -z "$wrong" ] || die "postgresql.conf: $wrong"
    say "PostgreSQL takes its settings"
}

owner() { PGPASSWORD=$owner_password "$bin/psql" -XAtq -p "$pg_port" -U owner groundwork -c "$1"; }

pooler() {
    sed -e "s/host=postgres port=5432/host=127.0.0.1 port=$pg_port/" -e "s/^listen_addr = .*/listen_addr = 127.0.0.1/" \
        -e "s/^listen_port = .*/listen_port = $bouncer_port/" -e "s|^auth_file = .*|auth_file = $dir/users.txt|" \
        "$infra/pgbouncer/pgbouncer.ini" >"$dir/pgbouncer.ini"
    printf '"pgbouncer" "%s"\n' "$PGBOUNCER_PASSWORD" | "${as_server[@]}" tee "$dir/users.txt" >/dev/null
    "${as_server[@]}" "$bouncer" "$dir/pgbouncer.ini" 2>"$dir/pgbouncer.log" &
    began+=($!)
    wait_for through groundwork "$CATALOG_PASSWORD" 'SELECT 1'
    ! grep -E 'WARNING|ERROR|FATAL' "$dir/pgbouncer.log" || die "pgbouncer.ini: see above"
    ! through owner "$owner_password" 'SELECT 1' 2>/dev/null || die "the owner gets in through the pooler"
    say "PgBouncer takes its settings, knows the platform's logins and not the owner"
}
through() { PGPASSWORD=$2 "$bin/psql" -XAtq -p "$bouncer_port" -U "$1" groundwork -c "$3"; }

site() {
    local serve worker answer groundwork=(env ENVIRONMENT=production BASE_URL=https://example.com
        SECRET_KEY="$(openssl rand -hex 32)" SMTP_URL=smtp://127.0.0.1:1 TRUSTED_PROXIES=127.0.0.1
        DATABASE_URL="postgres://groundwork:$CATALOG_PASSWORD@127.0.0.1:$bouncer_port/groundwork"
        DATABASE_OWNER_URL="postgres://owner:$owner_password@127.0.0.1:$pg_port/groundwork"
        DATABASE_POOLED=yes DATA_DIR=/nowhere LISTEN="127.0.0.1:$site_port")
    # A folder of somebody's own may be closed to nobody.
    ln "$program" groundwork 2>/dev/null || cp "$program" groundwork
    groundwork+=("${as_nobody[@]}" "$dir/groundwork")
    "${groundwork[@]}" migrate 2>log || die "migrate failed: $(tail -5 log)"
    openssl rand -hex 16 | "${groundwork[@]}" user create ana@example.com --name Ana --password-stdin 2>>log
    "${groundwork[@]}" tenant create acme --name Acme --owner ana@example.com 2>>log
    "${groundwork[@]}" check 2>>log
    METRICS_LISTEN=127.0.0.1:$metrics_port "${groundwork[@]}" serve --no-worker 2>serve.log &
    serve=$!
    "${groundwork[@]}" worker 2>worker.log &
    worker=$!
    began+=("$serve" "$worker")
    wait_for "${groundwork[@]}" health
    [ ! -e /nowhere ] || die "something was written to DATA_DIR"
    answer=$(ask "$site_port" acme.example.com /settings/members)
    [[ $answer == *" 303 "* ]] || die "a workspace behind the proxy answered: $answer"
    [[ $(ask "$site_port" acme.example.com /metrics) == *" 404 "* ]] || die "/metrics is on the site"
    [[ $(ask "$metrics_port" x /metrics) == *" 200 "* ]] || die "no metrics"
    kill -TERM "$serve" "$worker"
    wait "$serve" || die "serve ended badly: $(tail -3 "$dir/serve.log")"
    wait "$worker" || die "worker ended badly: $(tail -3 "$dir/worker.log")"
    say "migrate, serve and worker run in production mode without a folder to write to, and end well"
}

# The first line of an answer to a request that came over HTTPS, as the proxy on this machine says.
ask() {
    exec 3<>"/dev/tcp/127.0.0.1/$1"
    printf 'GET %s HTTP/1.1\r\nHost: %s\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n' "$3" "$2" >&3
    head -1 <&3
    exec 3<&-
}

postgres
pooler
if [ -x "$program" ]; then
    site
else
    say "no $program: the settings are tried without the program"
fi
