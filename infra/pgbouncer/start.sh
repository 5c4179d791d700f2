#!/bin/sh
# Starts PgBouncer: the one password that it must know goes to a file in memory.
set -eu
: "${PGBOUNCER_PASSWORD:?}"
umask 077
printf '"pgbouncer" "%s"\n' "$PGBOUNCER_PASSWORD" >/run/pgbouncer/users.txt
exec /usr/sbin/pgbouncer /etc/pgbouncer/pgbouncer.ini
