# shellcheck shell=bash disable=SC2154,SC2034
# How the two test servers are set up, started and stopped; sourced by services.sh.

# Writes stdin to a file of the servers' user if it differs; succeeds if it wrote.
put() {
    local new
    new=$(cat)
    [ -f "$1" ] && [ "$new" = "$(cat "$1")" ] && return 1
    printf '%s\n' "$new" | as_server sh -c 'umask 077; cat >"$1"' sh "$1"
}

write_settings() {
    pg_settings_changed=no
    bouncer_settings_changed=no
    put "$dir/postgres.conf" <<-CONF && pg_settings_changed=yes
	# Made by infra/ci/services.sh. Nothing here outlives a power cut, and nothing has to.
	listen_addresses = '127.0.0.1'
	port = $pg_port
	unix_socket_directories = ''
	password_encryption = 'scram-sha-256'
	max_connections = 300
	max_locks_per_transaction = 256
	shared_buffers = '256MB'
	dynamic_shared_memory_type = 'mmap'
	fsync = off
	synchronous_commit = off
	full_page_writes = off
	max_wal_size = '2GB'
	recovery_init_sync_method = 'syncfs'
	timezone = 'UTC'
	log_timezone = 'UTC'
	CONF
    put "$dir/pgbouncer.ini" <<-CONF && bouncer_settings_changed=yes
	; Made by infra/ci/services.sh. One server connection per user and database, handed on after
	; every transaction: whatever a transaction leaves behind meets the next one for certain.
	[databases]
	* = host=127.0.0.1 port=$pg_port auth_user=$account
	[pgbouncer]
	listen_addr = 127.0.0.1
	listen_port = $bouncer_port
	unix_socket_dir =
	pool_mode = transaction
	default_pool_size = 1
	max_client_conn = 500
	auth_type = scram-sha-256
	auth_file = $dir/pgbouncer-users.txt
	auth_query = SELECT usename, passwd FROM pg_catalog.pg_shadow WHERE usename = \$1
	admin_users = $account
	ignore_startup_parameters = extra_float_digits,options,search_path
	server_login_retry = 1
	server_idle_timeout = 30
	query_wait_timeout = 60
	log_connections = 0
	log_disconnections = 0
	logfile = $dir/pgbouncer.log
	pidfile = $dir/pgbouncer.pid
	CONF
    put "$dir/pgbouncer-users.txt" <<<"\"$account\" \"$password\"" && bouncer_settings_changed=yes
    return 0
}

ask() { PGCONNECT_TIMEOUT=3 timeout 10 psql -XAtq "$1" -c "$2" 2>/dev/null; }
postgres_answers() { [ "$(ask "$pg_url/postgres" 'SHOW data_directory')" = "$data" ]; }
bouncer_answers() { [ -n "$(bouncer_pids)" ] && ask "$bouncer_url/pgbouncer" 'SHOW VERSION' >/dev/null; }

# A pid file may name a stranger after a restart of the machine, so processes are known by what they
# do: PostgreSQL's stand in the data directory, PgBouncer has our settings as its argument.
postgres_pids() {
    local cwd
    find /proc -maxdepth 2 -name cwd -lname "$data" 2>/dev/null | while read -r cwd; do
        [ ! "$cwd" -ef "$data" ] || cut -d/ -f3 <<<"$cwd" # the same path in a container is another
    done
}
bouncer_pids() {
    local pid
    pid=$(cat "$dir/pgbouncer.pid" 2>/dev/null) && [ -r "/proc/$pid/cmdline" ] || return 0
    tr '\0' '\n' <"/proc/$pid/cmdline" | grep -qxF "$dir/pgbouncer.ini" && echo "$pid"
}

port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# wait_until SECONDS COMMAND…
wait_until() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.1
    done
}

no_postgres_left() { [ -z "$(postgres_pids)" ]; }
no_bouncer_left() { [ -z "$(bouncer_pids)" ]; }

# Ends what runs of a server: asks first, with the signal that means "now", then insists.
end_all() {
    local pids=$1 none_left=$2 signal
    for signal in "$3" KILL; do
        "$none_left" && return 0
        # shellcheck disable=SC2046 # one word per process
        kill -$signal $($pids) 2>/dev/null || true
        wait_until 15 "$none_left" || true
    done
    "$none_left"
}

stop_postgres() {
    end_all postgres_pids no_postgres_left INT || die "PostgreSQL in $data does not end"
    rm -f "$data/postmaster.pid"
}
stop_bouncer() {
    end_all bouncer_pids no_bouncer_left TERM || die "PgBouncer does not end"
    rm -f "$dir/pgbouncer.pid"
}

make_cluster() {
    say "making a cluster in $data"
    rm -rf "$data" "$data.new"
    printf '%s\n' "$password" | as_server tee "$dir/password" >/dev/null
    as_server "$pg_bin/initdb" -D "$data.new" -U "$account" --pwfile="$dir/password" \
        --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1 ||
        die "initdb failed: $(tail -5 "$dir/initdb.log")"
    rm "$dir/password"
    mv "$data.new" "$data" # a cluster is whole or it is not there
}

run_postgres() {
    as_server "$pg_bin/pg_ctl" start -D "$data" -w -t 60 -s -l "$dir/postgres.log" \
        -o "-c config_file=$dir/postgres.conf" >/dev/null 2>&1
}

start_postgres() {
    stop_postgres
    ! port_is_taken "$pg_port" ||
        die "port $pg_port is taken by something else: set GROUNDWORK_TEST_PG_PORT"
    [ ! -f "$dir/postgres.log" ] || mv "$dir/postgres.log" "$dir/postgres.log.1"
    local version
    version=$("$pg_bin/initdb" --version | grep -oE '[0-9]+' | head -1)
    [ "$(cat "$data/PG_VERSION" 2>/dev/null)" = "$version" ] || make_cluster
    if ! run_postgres; then
        say "PostgreSQL does not start, its data is thrown away: $(tail -3 "$dir/postgres.log")"
        stop_postgres
        make_cluster
        run_postgres || die "PostgreSQL does not start: $(tail -5 "$dir/postgres.log")"
    fi
    wait_until 10 postgres_answers || die "PostgreSQL does not answer: $(tail -5 "$dir/postgres.log")"
    say "PostgreSQL answers on 127.0.0.1:$pg_port"
}

start_bouncer() {
    stop_bouncer
    ! port_is_taken "$bouncer_port" ||
        die "port $bouncer_port is taken by something else: set GROUNDWORK_TEST_PGBOUNCER_PORT"
    as_server "$bouncer" -q -d "$dir/pgbouncer.ini" || true
    wait_until 10 bouncer_answers || die "PgBouncer does not answer: $(tail -5 "$dir/pgbouncer.log")"
    say "PgBouncer answers on 127.0.0.1:$bouncer_port"
}
