#!/usr/bin/env bash
# Looks at everything that is run elsewhere: images, compose, Kubernetes, the workflow, monitoring, the
# dependencies; runs the settings of PostgreSQL and PgBouncer with the program on top; builds and runs the image.
#
# `make validate` runs all parts; with the name of one it runs that alone. Its tools come from PyPI into
# ~/.cache/groundwork/tools (GROUNDWORK_TOOLS_DIR), once.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
cd "$here/../.."
export PATH=$PATH:$HOME/.cargo/bin
tools=${GROUNDWORK_TOOLS_DIR:-$HOME/.cache/groundwork/tools}
parts=(shell images compose kubernetes workflow unit monitoring dependencies sbom deployment image)

say() { echo "validate: $*" >&2; }
die() { say "$*"; exit 1; }

# shellcheck source=infra/ci/install.sh
. "$here/install.sh"

# Made anew when the list has changed; the mark says that nothing is missing.
install_tools() {
    local wanted python=/usr/bin/python3
    wanted=$(sha256sum <"$here/tools.txt")
    [ "$(cat "$tools/.installed" 2>/dev/null)" != "$wanted" ] || return 0
    [ -x $python ] || python=python3
    $python -c 'import venv, ensurepip' 2>/dev/null ||
        die "Python cannot make environments: run infra/ci/services.sh install"
    say "installing the tools of infra/ci/tools.txt"
    $python -m venv --clear "$tools"
    retry "$tools/bin/pip" install --quiet --disable-pip-version-check --only-binary=:all: \
        --requirement "$here/tools.txt" || die "pip could not install the tools"
    echo "$wanted" >"$tools/.installed"
}

shell() {
    git ls-files -z '*.sh' .ci/run | xargs -0 "$tools/bin/shellcheck" --external-sources --severity=warning
}

images() {
    "$tools/bin/hadolint" infra/Dockerfile infra/pgbouncer/Dockerfile
}

image() { bash "$here/image.sh"; }

yaml() { "$tools/bin/yamllint" --strict --config-file infra/ci/yamllint.yaml "$@"; }

compose() {
    yaml infra/compose.yaml
    "$tools/bin/check-jsonschema" --builtin-schema vendor.compose-spec infra/compose.yaml
    # Reading it fills in the variables, so it wants the settings.
    if docker compose version >/dev/null 2>&1; then
        sed -E 's/^([A-Z_]+)=$/\1=x/' infra/deploy.env.example |
            docker compose --file infra/compose.yaml --env-file /dev/stdin config --quiet
    else
        say "no docker compose here: compose.yaml is held against its schema alone"
    fi
}

kubernetes() {
    local folder=infra/kubernetes
    yaml $folder
    # Each is in the list, and each in the list is there.
    diff <(grep -oE '^  - [a-z]+\.yaml' $folder/kustomization.yaml | cut -c5- | sort) \
        <(find $folder -name '*.yaml' ! -name kustomization.yaml -printf '%f\n' | sort)
    # Strictly: a misspelt field is an error and not left out in silence.
    find $folder -name '*.yaml' ! -name kustomization.yaml -print0 |
        xargs -0 "$tools/bin/kubernetes-validate" --strict --quiet --kubernetes-version 1.34
    if kubectl version --client >/dev/null 2>&1; then
        kubectl kustomize $folder |
            "$tools/bin/kubernetes-validate" --strict --quiet --kubernetes-version 1.34 /dev/stdin
    else
        say "no kubectl here: the manifests are looked at one by one and not put together"
    fi
}

workflow() {
    yaml .github
    "$tools/bin/check-jsonschema" --builtin-schema vendor.github-workflows .github/workflows/*.yml
}

# The program is elsewhere when it is looked at, so another stands in its place. What systemd does not
# understand it reports and leaves out, so whatever it says is wrong.
unit() {
    command -v systemd-analyze >/dev/null || { say "no systemd here: the unit is not looked at" && return; }
    local copy said
    copy=$(mktemp -d)
    sed 's|^ExecStart=.*|ExecStart=/bin/true|' infra/systemd/groundwork.service >"$copy/groundwork.service"
    said=$(systemd-analyze verify --man=no "$copy/groundwork.service" 2>&1 | grep -F groundwork.service || true)
    rm -r "$copy"
    [ -z "$said" ] || die "infra/systemd/groundwork.service: $said"
}

monitoring() {
    yaml infra/prometheus
    "$tools/bin/python" "$here/queries.py"
}

# Advisories come from GitHub: where it cannot be reached, the rest is looked at all the same.
dependencies() {
    install_deny
    cargo fetch --locked --quiet --target x86_64-unknown-linux-gnu
    cargo deny --locked --offline check --hide-inclusion-graph licenses bans sources
    if timeout 60 cargo deny fetch db >/dev/null 2>&1; then
        cargo deny --locked check --hide-inclusion-graph --disable-fetch advisories
    else
        say "advisories NOT checked: their database on GitHub cannot be reached from here"
    fi
}

sbom() {
    python3 "$here/sbom.py" | "$tools/bin/python" -c '
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
found = JsonStrictValidator(SchemaVersion.V1_5).validate_str(sys.stdin.read())
sys.exit(found and f"the bill of materials: {found}")'
}

deployment() { bash "$here/deployment.sh"; }

all() {
    local part began
    for part in "${parts[@]}"; do
        began=$SECONDS
        bash "$here/validate.sh" "$part" || die "$part FAILED"
        say "$part ok, $((SECONDS - began)) s"
    done
}

install_tools
case " ${parts[*]} all " in
*" ${1:-all} "*) "${1:-all}" ;;
*) die "parts: ${parts[*]}" ;;
esac
