#!/usr/bin/env bash
# What builders of a product are promised, tried in a copy of this tree: `make check-builders`.
#
# The copy lies in the target directory. TEST_STORES (sqlite) says on which stores the new apps' tests run. With the
# names of parts (apps, rename, migrations, example) it tries those alone.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
. "$here/tests/copied_tree.sh"
built=${CARGO_TARGET_DIR:-$here/target}
export PATH=$PATH:$HOME/.cargo/bin
export TEST_STORES=${TEST_STORES:-sqlite}
tree=$built/builders/tree
export CARGO_TARGET_DIR=$built/builders/target

say() { printf '==> %s\n' "$*"; }
die() { echo "check-builders: $*" >&2 && exit 1; }

fresh() {
    copy_tree "$here" "$tree"
    git -C "$tree" init -q 2>/dev/null
    cd "$tree"
}

builder() { cargo run --quiet --offline --package builder -- "$@"; }

refused() { # what must be said, then the arguments
    local said why=$1
    shift
    said=$(builder "$@" 2>&1) && die "took: builder $*"
    [[ $said == *"$why"* ]] || die "builder $* said: $said"
}

apps() {
    say 'a bad name changes nothing'
    refused 'not snake_case' app 'Sales Invoices'
    refused 'make app name=invoices' app invoice
    refused 'is there already' app tenants
    refused 'has pages at /settings' app settings
    refused 'nothing to do' app
    [ -z "$(diff -rq "$here/apps" apps)" ] || die 'a refused name left something behind'

    say 'make app name=invoices, make app name=purchase_orders, make app name=vehicles empty=yes'
    make --no-print-directory app name=invoices
    make --no-print-directory app name=purchase_orders singular=purchase_order >/dev/null
    refused 'a kind is one of' app machines --fields='number:word'
    local kinds='number:text about:long? mail:email? site:url? tint:colour? pieces:int? price:money'
    kinds+=' due:date? seen:time? paid:bool words:tags extra:json'
    make --no-print-directory app name=machines fields="$kinds" >/dev/null
    make --no-print-directory app name=vehicles empty=yes >/dev/null
    refused 'is there already' app invoices
    if grep -rniP "widget|template:|blank|(?<!')\ba invoice\b" apps/invoices apps/purchase_orders apps/machines apps/vehicles; then
        die 'the copies still speak of the template'
    fi
    [ ! -e apps/vehicles/src/vehicle ] || die 'an empty app has a table'
    for label in '"purchase order", "purchase orders"' 'of("purchase order")' 'another purchase order has'; do
        grep -rqi -- "$label" apps/purchase_orders || die "nobody says: $label"
    done
    cargo fmt --all --check || die 'the copies are not formatted'
    cargo nextest run --offline --locked -p invoices -p purchase_orders -p machines -p vehicles -p it -E 'package(invoices) +
        package(purchase_orders) + package(machines) + package(vehicles) + (package(it) & test(/^(house|readmes|sweeps|schema|forms|worlds|doors::headers)::/))'
}

rename() {
    say "make rename NAME='Fleet Base' HOST=fleetbase.com"
    local said
    refused 'is no name of letters' rename '<b>'
    refused 'stands in' rename PostgreSQL
    refused 'is no host name' rename 'Fleet Base' https://fleetbase.com
    git add --all
    make --no-print-directory rename NAME='Fleet Base' HOST=fleetbase.com
    said=$(make --no-print-directory rename NAME='Fleet Base' HOST=fleetbase.com)
    [[ $said == 'Nothing to change'* ]] || die "the second time it said: $said"
    grep -q '^# Fleet Base$' README.md || die 'README.md has the old title'
    grep -q 'newName: registry.fleetbase.com/fleet-base$' infra/kubernetes/kustomization.yaml || die 'the image'
    if grep -rnw 'Groundwork' README.md ARCHITECTURE.md .env.example infra core/*/src apps/*/src web |
        grep -v 'core/base/src/config/\|core/mail/src\|apps/accounts/src\|apps/tenants/src'; then
        die 'the old name is left'
    fi
    cargo nextest run --offline --locked -p core-base -p core-ui -p core-mail -p site -p accounts -p tenants
    builder rename Groundwork example.com >/dev/null
    git diff --exit-code || die 'the way back leads elsewhere'
}

# What the guide says, in the blocks of one language.
by_guide() {
    bash -euo pipefail -c "$(awk -v "fence=\`\`\`$1\$" '
        $0 ~ "^ *" fence { on = 1; next } /^ *```/ { on = 0 } on' docs/guides/remove-an-app.md)"
}

remove() {
    say 'docs/guides/remove-an-app.md'
    by_guide sh
    # But for its table, which is named until it is dropped.
    if grep -rn invoices Cargo.toml web/Cargo.toml web/src tests/it/Cargo.toml tests/it/samples.rs | grep -v LEFT; then
        die 'the app is still there'
    fi
}

example() {
    say 'docs/guides/remove-an-app.md: the example'
    local said
    by_guide bash
    cargo update --workspace --offline --quiet
    said=$(env -i PATH="$PATH" HOME="$HOME" CARGO_TARGET_DIR="$CARGO_TARGET_DIR" ENVIRONMENT=test SECRET_KEY=only-to-ask-for-the-routes-and-nothing-else \
        cargo run --quiet --offline --package web -- routes)
    [[ $said == */settings/members* && $said != */projects* ]] || die "the example is still in the product: $said"
    [ ! -d apps/projects ] || die 'the folder is still there'
    builder app bookings >/dev/null
    cargo nextest run --offline --locked -p it -p web -p bookings -p projects
    cargo test --quiet --offline --locked --doc -p guides
}

migrations() {
    say 'make makemigrations'
    [ -d apps/invoices ] || builder app invoices
    local said entity=apps/projects/src/project/entity.rs
    said=$(make --no-print-directory makemigrations) || die "it is not in step: $said"
    sed -i 's|^    pub summary: String,|&\n    /// In whole units of money.\n    pub budget: Option<i32>,\n    /// Its place.\n    #[sea_orm(indexed, default_value = 7)]\n    pub place: i32,|' "$entity"
    said=$(make --no-print-directory makemigrations) || die "a new column was not written: $said"
    [[ $said == *projects/m*_projects_budget_place.rs* ]] || die "it said: $said"
    cargo fmt --all --check || die 'the migration is not formatted'
    said=$(make --no-print-directory makemigrations) || die "the second time it said: $said"
    remove
    cargo nextest run --offline --locked -p projects -p it -E 'package(projects) + test(/^(schema|house)::/)'
    sed -i 's|pub budget: |pub money: |' "$entity"
    said=$(make --no-print-directory makemigrations 2>/dev/null) && die 'a renamed column was decided'
    [[ $said == *'RENAME COLUMN budget TO money'* ]] || die "it said: $said"
    # The parts behind this one find an entity that fits its table.
    sed -i 's|pub money: |pub budget: |' "$entity"
}

fresh
seed_target "$built" "$CARGO_TARGET_DIR"
for part in "${@:-apps rename migrations example}"; do
    for one in $part; do "$one"; done
done
say 'the builders keep their promises'
