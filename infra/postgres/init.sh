#!/bin/sh
# Once for each database, after it is made: the login that an administrator gives to Groundwork besides the
# owner's (POSTGRES_USER), and the one that PgBouncer looks passwords up with.
#
# CATALOG_PASSWORD and PGBOUNCER_PASSWORD come from the environment, as do PGHOST and its like. Logins are
# the whole server's: where they are there already, they get these passwords. Run again, it changes nothing
# else.
set -eu
: "${CATALOG_PASSWORD:?}" "${PGBOUNCER_PASSWORD:?}" "${POSTGRES_USER:?}" "${POSTGRES_DB:?}"

taken=$(psql --no-psqlrc --tuples-only --no-align --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" --command="
    SELECT string_agg(rolname, ' and ') FROM pg_roles WHERE rolsuper AND rolname IN ('groundwork', 'pgbouncer')")
if [ -n "$taken" ]; then
    echo "init.sh: $taken is a superuser here and would get another password: rename it, or take another server" >&2
    exit 1
fi

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" \
    --set=database="$POSTGRES_DB" \
    --set=catalog="$CATALOG_PASSWORD" --set=bouncer="$PGBOUNCER_PASSWORD" <<'SQL'
SET client_min_messages = warning;
SELECT format('CREATE ROLE %I', login) FROM unnest(ARRAY['groundwork', 'pgbouncer']) AS login
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login) \gexec

-- The catalogue's login. NOINHERIT: it has what it is granted itself, and nothing by membership.
ALTER ROLE groundwork LOGIN NOINHERIT PASSWORD :'catalog';
GRANT CONNECT ON DATABASE :"database" TO groundwork;

-- PgBouncer may ask for the passwords of the platform's logins, and of no others: a superuser does
-- not come in through the pooler.
ALTER ROLE pgbouncer LOGIN NOINHERIT PASSWORD :'bouncer';
GRANT CONNECT ON DATABASE :"database" TO pgbouncer;
CREATE SCHEMA IF NOT EXISTS pgbouncer;
CREATE OR REPLACE FUNCTION pgbouncer.password_of(wanted text) RETURNS TABLE (login text, password text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS 'SELECT usename::text, passwd FROM pg_shadow
        WHERE usename = wanted AND NOT usesuper AND (usename = ''groundwork'' OR usename LIKE ''gw\_%'')';
REVOKE ALL ON FUNCTION pgbouncer.password_of(text) FROM PUBLIC;
GRANT USAGE ON SCHEMA pgbouncer TO pgbouncer;
GRANT EXECUTE ON FUNCTION pgbouncer.password_of(text) TO pgbouncer;
SQL
