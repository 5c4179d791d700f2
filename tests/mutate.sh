#!/usr/bin/env bash
# Takes one safeguard away at a time, on a copy of the tree, and expects the tests to notice.
#
#   tests/mutate.sh              all of them
#   tests/mutate.sh role gate    these
#
# It prints a table and fails when a mutation stays green. The servers of the tests must run:
# infra/ci/services.sh start.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
target=${CARGO_TARGET_DIR:-$root/target}
tree=$target/mutants
eval "$("$root/infra/ci/services.sh" env)"
export CARGO_TARGET_DIR=$target CI=true TEST_STORES=both RUST_BACKTRACE=0

say() { printf '%s\n' "$*" >&2; }

# The tree as it is now, without what git ignores. What differs is written anew, so that cargo sees
# it; all else keeps its time, so that little is built.
copy_tree() {
    local file
    (cd "$root" && git ls-files -z --cached --others --exclude-standard) |
        while IFS= read -r -d '' file; do
            [ -f "$root/$file" ] || continue
            cmp -s "$root/$file" "$tree/$file" && continue
            mkdir -p "$(dirname "$tree/$file")"
            cp "$root/$file" "$tree/$file"
        done
}

# change FILE PERL-EXPRESSION: must change something, or the mutation proves nothing.
change() {
    local before
    before=$(sha256sum <"$tree/$1")
    perl -0pi -e "$2" "$tree/$1"
    [ "$before" != "$(sha256sum <"$tree/$1")" ] || {
        say "the mutation does not fit $1 any more: $2"
        exit 2
    }
}

# What is taken away, and the tests that must turn red.
mutate() {
    case $1 in
    role) # the transaction no longer takes the tenant's role, and the login may do what its roles may
        change core/db/src/postgres.rs 's/format!\("\{mode\}; SET LOCAL ROLE \{\}", quote\(role\)\)/{ let _ = quote(role); mode.to_owned() }/'
        change core/db/src/setup.rs 's/LOGIN NOINHERIT NOSUPERUSER/LOGIN INHERIT NOSUPERUSER/'
        change core/db/src/provision.rs 's/NOLOGIN NOINHERIT/NOLOGIN INHERIT/'
        tests='isolation::queries isolation::escapes'
        ;;
    grants) # everybody may use every tenant's schema and tables
        change core/db/src/migration.rs 's/TO \{role\};/TO PUBLIC;/'
        change core/db/src/provision.rs 's/GRANT USAGE ON SCHEMA \{schema\} TO \{role\}/GRANT USAGE ON SCHEMA {schema} TO PUBLIC/'
        tests='isolation::queries isolation::escapes'
        ;;
    clean-up) # a connection goes back as it is, whatever is open on it
        change core/db/src/pool.rs 's/if self\.clean \{/if self.clean || !self.clean {/'
        tests='isolation::borrowers'
        ;;
    gate) # every member may do everything
        change core/http/src/gate.rs 's/if member\.may\(&Grant::of::<P>\(\)\)/if member.may(&Grant::of::<P>()) || true/'
        tests='sweeps::viewers'
        ;;
    membership) # whoever is signed in is let in
        change core/http/src/session.rs 's/session\.tenant == of_here/session.tenant == of_here || true/'
        tests='sweeps::strangers doors::sessions'
        ;;
    stamp) # a file is believed whatever it says
        change core/db/src/cell.rs 's/if stamped == tenant\.0 \{/if stamped == tenant.0 || true {/'
        tests='isolation::files'
        ;;
    set_config) # text can become a role
        change core/db/src/setup.rs 's/REVOKE EXECUTE ON FUNCTION pg_catalog\.set_config/GRANT EXECUTE ON FUNCTION pg_catalog.set_config/; s/(set_config\(text, text, boolean\)) FROM PUBLIC/$1 TO PUBLIC/'
        tests='isolation::escapes::set_config isolation::escapes::updating'
        ;;
    plpgsql) # blocks of code run
        change core/db/src/setup.rs 's/"REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC"/"GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC"/'
        tests='isolation::escapes::do_blocks'
        ;;
    temporary) # tables can be planted
        change core/db/src/setup.rs 's/REVOKE CONNECT, TEMPORARY ON DATABASE \{database\} FROM PUBLIC/GRANT TEMPORARY ON DATABASE {database} TO PUBLIC/'
        tests='isolation::escapes::a_temporary'
        ;;
    filter) # any statement passes
        change core/db/src/statement.rs 's/if !reads_or_writes \{/if !reads_or_writes && false {/'
        tests='isolation::escapes::only_reading'
        ;;
    read-only) # a page may write
        change core/db/src/postgres.rs 's/"BEGIN READ ONLY"/"BEGIN"/'
        tests='isolation::units::what_only_reads'
        ;;
    token) # forms need none
        change core/http/src/csrf.rs 's/if !self\.is_proven\(&parts\.headers, &bytes\) \{/if !self.is_proven(\&parts.headers, \&bytes) \&\& false {/'
        tests='doors::csrf'
        ;;
    origin) # forms may come from anywhere
        change core/http/src/csrf.rs 's/origin && site\n/origin || site || true\n/'
        tests='doors::csrf'
        ;;
    nonce) # a ticket is good in any browser
        change core/access/src/tickets.rs 's/&& row\.nonce_hash == nonce\.hash\(\)//'
        tests='doors::tickets'
        ;;
    outbox) # tenants read and change what others left
        change migrations/catalog/core/m20261121_000010_jobs.rs 's/GRANT INSERT \(id, kind[^)]*\)\s+ON shared/GRANT ALL ON shared/s'
        tests='jobs::outbox::a_tenant_adds'
        ;;
    once) # a job that is run twice counts twice
        change core/jobs/src/attempt.rs 's/self\.store\.job_db\(tenant\.clone\(\), self\.job\.id\)/self.store.tenant_db(tenant.clone(), core_db::Mode::Write)/'
        tests='jobs::failing::what_succeeds'
        ;;
    turns) # whoever comes first has all done first
        change core/jobs/src/turns.rs 's/Turn\.max\(\), Some\(tenant\)\)/Turn.max(), None)/'
        tests='jobs::fair::one_workspace'
        ;;
    invisible) # forms take what nobody sees, and what no page can send back
        change core/http/src/form.rs 's/turns \|\| \(c\.is_control/false \&\& turns || (false \&\& c.is_control/'
        tests='forms'
        ;;
    *) say "no such mutation: $1" && exit 2 ;;
    esac
}

all=(role grants clean-up gate membership stamp set_config plpgsql temporary filter read-only token origin nonce outbox once turns invisible)
[ $# -gt 0 ] && chosen=("$@") || chosen=("${all[@]}")

run_tests() { # the test binary must build: red has to come from a test
    # shellcheck disable=SC2086 # one word per filter
    (cd "$tree" && cargo test --quiet --package it --test it --no-run >"$target/mutant.log" 2>&1) || {
        tail -30 "$target/mutant.log" >&2
        say "the mutation $1 does not compile"
        exit 2
    }
    # shellcheck disable=SC2086
    (cd "$tree" && cargo test --quiet --package it --test it -- $2) >"$target/mutant.log" 2>&1
}

copy_tree
every='isolation::queries isolation::escapes isolation::borrowers isolation::files isolation::units sweeps doors jobs forms'
if ! run_tests none "$every"; then
    grep -E '^(test .*FAILED|    [a-z_:]+$|test result)' "$target/mutant.log" >&2
    say "the tests are red without any mutation"
    exit 2
fi
table=$(printf '%-12s %-8s %s' 'taken away' 'tests' 'which noticed')
result=0
for name in "${chosen[@]}"; do
    copy_tree
    mutate "$name"
    if run_tests "$name" "$tests"; then
        line=$(printf '%-12s %-8s %s' "$name" GREEN 'nobody noticed')
        result=1
    else
        noticed=$(grep -cE '^    [a-z_]+(::[a-z_]+)+$' "$target/mutant.log" || true)
        if [ "$noticed" = 0 ]; then
            tail -30 "$target/mutant.log" >&2
            say "the tests broke instead of turning red"
            exit 2
        fi
        line=$(printf '%-12s %-8s %s' "$name" red "$noticed tests")
    fi
    say "$line"
    table+=$'\n'$line
done
copy_tree
printf '\n%s\n' "$table"
exit $result
