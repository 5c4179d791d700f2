# Copies of this tree for what changes its code to see what happens: sourced by mutate.sh and builders/run.sh.
#
# Such a copy needs a target directory of its own: cargo tells our packages apart by their paths below the root
# and by times, so that in a shared one this tree would be served what was built of the changed copy.
# shellcheck shell=bash

# copy_tree FROM TO: the files that git does not ignore, and no others. What is the same already keeps its time,
# so that cargo builds little; what differs is written anew, so that cargo sees it.
copy_tree() {
    local from=$1 to=$2 file
    mkdir -p "$to"
    (cd "$from" && git ls-files -z --cached --others --exclude-standard) | while IFS= read -r -d '' file; do
        [ -f "$from/$file" ] || continue
        printf '%s\0' "./$file"
        cmp -s "$from/$file" "$to/$file" && continue
        mkdir -p "$(dirname "$to/$file")"
        cp "$from/$file" "$to/$file"
    done | sort -z >"$to.files"
    (cd "$to" && find . -name .git -prune -o -type f -print0 | sort -z | comm -z -13 "$to.files" - | xargs -0 -r rm -f &&
        find . -mindepth 1 -type d -empty -not -path './.git/*' -delete)
    # The tools of the tests, which git ignores.
    local tools=tests/browser/node_modules
    [ ! -d "$from/$tools" ] || [ ! -d "$to/tests/browser" ] || ln -sfn "$(cd "$from/$tools" && pwd -P)" "$to/$tools"
}

# seed_target FROM TO: takes along what is built of the registry's packages, once, and nothing of ours.
seed_target() {
    local from=$1/debug to=$2/debug ours
    [ ! -d "$to" ] && [ -d "$from" ] || return 0
    ours=$(cargo metadata --offline --no-deps --format-version=1 | grep -o '"name":"[a-z_-]*","version":"0' | cut -d'"' -f4)
    ours=$(sed 's/[-_]/[-_]/g' <<<"$ours" | paste -sd'|')
    mkdir -p "$to"
    (cd "$from" && find .fingerprint build deps -type f -print0 |
        grep -zvE "^(\.fingerprint|build)/($ours)-[0-9a-f]{16}/|^deps/(lib)?($ours)-[0-9a-f]{16}" |
        tar --null --files-from=- -cf -) | tar -xf - -C "$to"
}
