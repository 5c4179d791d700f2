-- Makes one database's tenants: a schema and a NOLOGIN role each, members and projects from a template,
-- one restricted login that may become any of them, one ordinary login with rights of its own (the floor).
-- Variables: tenants, projects, members, suffix (of the logins).
\set ON_ERROR_STOP 1
\set cell cell_ :suffix
\set bare bare_ :suffix
SET client_min_messages = warning;
CREATE ROLE :cell LOGIN NOINHERIT;
CREATE ROLE :bare LOGIN;
-- Nothing is found by an unqualified name unless a transaction says otherwise.
ALTER ROLE :cell SET search_path = 'pg_temp';
ALTER ROLE :bare SET search_path = 'pg_temp';
REVOKE ALL ON SCHEMA public FROM PUBLIC;

CREATE SCHEMA template;
CREATE TABLE template.members (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
CREATE TABLE template.projects (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name text NOT NULL,
    status text NOT NULL,
    owner_id uuid NOT NULL REFERENCES template.members,
    due_on date,
    updated_at timestamptz NOT NULL
);
CREATE INDEX ON template.projects (owner_id);
CREATE INDEX ON template.projects (status);
INSERT INTO template.members (name) SELECT 'Member ' || i FROM generate_series(1, :members) i;
INSERT INTO template.projects (name, status, owner_id, due_on, updated_at)
SELECT 'project ' || i, (ARRAY['draft', 'active', 'paused', 'done'])[1 + i % 4],
       (SELECT id FROM template.members OFFSET i % :members LIMIT 1),
       DATE '2026-01-01' + i, TIMESTAMPTZ '2026-01-01' + i * INTERVAL '7 minutes'
FROM generate_series(1, :projects) i;

CREATE PROCEDURE template.copy_tenants(tenants int, cell text, bare text) LANGUAGE plpgsql AS $$
DECLARE
    s text;
BEGIN
    FOR i IN 1..tenants LOOP
        s := format('t_%s_%s', lpad(tenants::text, 5, '0'), lpad(i::text, 5, '0'));
        EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', s);
        EXECUTE format('CREATE SCHEMA %I', s);
        EXECUTE format('CREATE TABLE %I.members (LIKE template.members INCLUDING ALL)', s);
        EXECUTE format('CREATE TABLE %I.projects (LIKE template.projects INCLUDING ALL)', s);
        EXECUTE format('INSERT INTO %I.members TABLE template.members', s);
        -- The tenant's name in each row: the benchmark refuses a page with another tenant's rows.
        EXECUTE format('INSERT INTO %1$I.projects SELECT id, %1$L || '' '' || name, status, owner_id, due_on, updated_at FROM template.projects', s);
        EXECUTE format('GRANT USAGE ON SCHEMA %1$I TO %1$I, %2$I', s, bare);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %1$I.members, %1$I.projects TO %1$I, %2$I', s, bare);
        EXECUTE format('GRANT %I TO %I', s, cell);
        IF i % 50 = 0 THEN
            COMMIT;
        END IF;
    END LOOP;
END $$;
CALL template.copy_tenants(:tenants, :'cell', :'bare');
VACUUM ANALYZE;
