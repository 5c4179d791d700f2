# shellcheck shell=bash disable=SC2154
# Installs what the tests need and the machine lacks; sourced by services.sh, validate.sh and image.sh.

nextest_version=0.9.143
deny_version=0.20.2

# retry COMMAND…: three times, since mirrors and registries have bad moments.
retry() {
    local pause
    for pause in 5 20 0; do
        "$@" && return 0
        [ $pause = 0 ] || { say "trying again in $pause s: $*" && sleep $pause; }
    done
    return 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo -n "$@" || die "needs root, or sudo without a password: $*"
    fi
}

# RUNLEVEL=1 keeps the packages from starting services of their own.
apt_get() {
    as_root env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 \
        -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" >/dev/null
}

node_is_enough() { [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge 18 ]; }

missing_packages() {
    find_postgres || echo postgresql-15
    find_pgbouncer || echo pgbouncer
    find_chromium || echo chromium
    find_firefox || echo firefox-esr
    node_is_enough || echo nodejs
    command -v npm >/dev/null || echo npm
    command -v cc >/dev/null || echo build-essential
    find_smtp_python || echo python3-aiosmtpd
    command -v openssl >/dev/null || echo openssl
    /usr/bin/python3 -c 'import venv, ensurepip' 2>/dev/null || echo python3-venv
}

install_packages() {
    local packages
    packages=$(missing_packages)
    [ -n "$packages" ] || return 0
    command -v apt-get >/dev/null || die "this is no Debian, install by hand:" "$packages"
    # shellcheck disable=SC2086 # one word per package
    say "installing" $packages
    retry apt_get update || say "apt-get update failed, going on with the lists at hand"
    # Later Debians carry a newer PostgreSQL under the plain name.
    apt-cache show postgresql-15 >/dev/null 2>&1 || packages=${packages/postgresql-15/postgresql}
    # shellcheck disable=SC2086 # one word per package
    retry apt_get install -y --no-install-recommends $packages || die "apt-get could not install" $packages
    [ -z "$(missing_packages)" ] || die "still missing after installing: $(missing_packages | tr '\n' ' ')"
}

# What makes images without a registry, for image.sh.
install_image_tools() {
    local packages='' each
    for each in buildah mmdebstrap; do command -v $each >/dev/null || packages+=" $each"; done
    command -v strip >/dev/null || packages+=" binutils"
    [ -n "$packages" ] || return 0
    command -v apt-get >/dev/null || die "this is no Debian, install by hand:$packages"
    say "installing$packages"
    retry apt_get update || say "apt-get update failed, going on with the lists at hand"
    # shellcheck disable=SC2086 # one word per package
    retry apt_get install -y --no-install-recommends $packages || die "apt-get could not install$packages"
}

install_node_tools() {
    local browser=$here/../../tests/browser locked installed
    locked=$(sha256sum <"$browser/package-lock.json")
    installed=$browser/node_modules/.installed
    [ "$(cat "$installed" 2>/dev/null)" != "$locked" ] || return 0
    say "installing the node tools of tests/browser"
    (cd "$browser" && retry npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null) ||
        die "npm ci failed in tests/browser"
    echo "$locked" >"$installed"
}

# Made anew when the list has changed; the mark says that nothing is missing.
install_clients() {
    local wanted
    wanted=$(sha256sum <"$here/clients.txt")
    [ "$(cat "$clients/.installed" 2>/dev/null)" != "$wanted" ] || return 0
    say "installing the clients of infra/ci/clients.txt"
    /usr/bin/python3 -m venv --clear "$clients" || die "Python cannot make environments"
    retry "$clients/bin/pip" install --quiet --disable-pip-version-check --only-binary=:all: \
        --requirement "$here/clients.txt" || die "pip could not install the clients"
    echo "$wanted" >"$clients/.installed"
}

install_nextest() {
    ! cargo nextest --version >/dev/null 2>&1 || return 0
    say "building cargo-nextest $nextest_version, once"
    retry env -u CARGO_TARGET_DIR cargo install --quiet --locked cargo-nextest --version $nextest_version ||
        die "cargo-nextest did not build"
}

# It runs for five seconds and is built for minutes, so it is built in a hurry.
install_deny() {
    ! cargo deny --version >/dev/null 2>&1 || return 0
    say "building cargo-deny $deny_version, once"
    retry env -u CARGO_TARGET_DIR CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        cargo install --quiet --locked cargo-deny --version $deny_version --no-default-features ||
        die "cargo-deny did not build"
}
