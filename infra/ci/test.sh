#!/usr/bin/env bash
# What `make test` and CI run: everything the tests need, then format, lints, tests, browser flows, and a look
# at what is run elsewhere (infra/ci/validate.sh).
#
# It stops at the first stage that fails, or is not done within 50 minutes, and ends with a summary either way. With the name of a
# stage it runs that one alone. TEST_STORES=both (default), sqlite or postgres says which stores the
# tests and flows run on.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
cd "$here/../.."
export TEST_STORES=${TEST_STORES:-both}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
export PATH=$PATH:$HOME/.cargo/bin
stages=(services format lints tests doctests browser validate)

# A full disk fails tests in words of other things. What many builds and runs left makes room for this one;
# less than 20 GB of either is kept, since it would soon be made again.
make_room() {
    local free
    mkdir -p "$CARGO_TARGET_DIR"
    free=$(df --output=avail --block-size=1G "$CARGO_TARGET_DIR" | tail -1)
    [ "$free" -lt 30 ] || return 0
    echo "only $free GB are free here"
    if [ "$(du --summarize --block-size=1G "$CARGO_TARGET_DIR" | cut -f1)" -ge 20 ]; then
        echo "removing what earlier builds left in $CARGO_TARGET_DIR"
        cargo clean
    fi
    bash "$here/services.sh" shrink 20
}

services() {
    make_room
    bash "$here/services.sh" install nextest
    bash "$here/services.sh" start
}

format() {
    cargo fmt --all --check && bash "$here/../../tests/mutate.sh" --fit
}

lints() { cargo clippy --workspace --all-targets --locked -- -D warnings; }

tests() {
    eval "$(bash "$here/services.sh" env)"
    cargo nextest run --workspace --locked
}

doctests() {
    eval "$(bash "$here/services.sh" env)"
    cargo test --doc --workspace --locked --quiet
}

browser() {
    eval "$(bash "$here/services.sh" env)"
    cargo build --package web --bin groundwork --locked --features example
    cargo build --package test-things --bin test-things --locked --features program
    node tests/browser/run.mjs
}

validate() {
    bash "$here/services.sh" install
    cargo build --package web --bin groundwork --locked
    bash "$here/validate.sh"
}

# The figures in a stage's output, for the summary.
counts() {
    case $1 in
    tests) grep -oE '[0-9]+ tests? run: .*' | tail -1 ;;
    doctests) awk '/^test result:/ { ok += $4; bad += $6 } END { print ok + 0 " passed, " bad + 0 " failed" }' ;;
    browser) grep -E '^[0-9]+ passed, [0-9]+ failed' | tail -1 ;;
    validate) echo "$(grep -cE '^validate: [a-z]+ ok') parts" ;;
    esac
}

all() {
    local stage word began failed='' output summary=''
    output=$(mktemp)
    # shellcheck disable=SC2064 # it is a local name, gone by then
    trap "rm -f '$output'" EXIT
    for stage in "${stages[@]}"; do
        if [ -n "$failed" ]; then
            summary+=$(printf '%-9s not run' "$stage")$'\n'
            continue
        fi
        began=$SECONDS
        word=ok
        printf '\n==> %s\n' "$stage"
        if ! timeout --kill-after 60 3000 bash "$here/test.sh" "$stage" 2>&1 | tee "$output"; then
            word=FAILED
            failed=$stage
        fi
        summary+=$(printf '%-9s %-8s %4d s  %s' "$stage" "$word" $((SECONDS - began)) \
            "$(sed 's/\x1b\[[0-9;]*m//g' "$output" | counts "$stage" || true)")$'\n'
    done
    printf '\n%s' "$summary"
    if [ -n "$failed" ]; then
        echo "FAILED at $failed, after $SECONDS s, stores: $TEST_STORES"
        exit 1
    fi
    echo "passed in $SECONDS s, stores: $TEST_STORES"
}

case " ${stages[*]} all " in
*" ${1:-all} "*) "${1:-all}" ;;
*) echo "stages: ${stages[*]}" >&2 && exit 2 ;;
esac
