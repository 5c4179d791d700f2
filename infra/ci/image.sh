#!/usr/bin/env bash
# Builds the image of infra/Dockerfile without a registry and runs it as a cluster would: as its own user,
# which is not root, as process 1, on a root file system that nobody can write to, with a volume at /data.
#
#   infra/ci/image.sh          the image around a program that is built already: the debug build, or
#                              GROUNDWORK_BIN. Seconds.
#   infra/ci/image.sh full     every stage, cargo's release build in the container too: ten minutes and more.
#                              It downloads from crates.io
#
# buildah makes it, on bases of Debian's packages instead of those that the Dockerfile names; they are kept in
# ~/.cache/groundwork/image. Needs root; as anybody else it says so and does nothing.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
cache=${GROUNDWORK_IMAGE_DIR:-$HOME/.cache/groundwork/image}
program=${GROUNDWORK_BIN:-${CARGO_TARGET_DIR:-$root/target}/debug/groundwork}
image=localhost/groundwork/image
site=''

say() { echo "image: $*" >&2; }
die() { say "$*"; exit 1; }

# shellcheck source=infra/ci/install.sh
. "$here/install.sh"

if [ "$(id -u)" != 0 ]; then
    say "NOT built: that needs root (sudo make validate, or CI)"
    exit 0
fi
install_image_tools
mkdir -p "$cache"
dir=$(mktemp -d "$cache/run.XXXXXX")
box() { buildah --root "$dir/storage" --runroot "$dir/state" --storage-driver vfs "$@"; }

finish() {
    [ -z "$site" ] || kill -KILL "$site" 2>/dev/null || true
    wait
    rm -rf "$dir"
}
trap finish EXIT

# base NAME OPTION…: an image of Debian's packages. Made once for each recipe, and anew after a week.
base() {
    local name=$1 recipe kept container
    shift
    recipe=$(sha256sum <<<"$*" | cut -c1-12)
    kept=$cache/$name-$recipe.tar
    if [ ! -f "$kept" ] || [ -n "$(find "$kept" -mtime +7)" ]; then
        say "making the base image '$name' of Debian's packages"
        retry mmdebstrap --quiet "$@" bookworm "$dir/base.tar" || die "mmdebstrap could not make it"
        mv "$dir/base.tar" "$kept"
    fi
    container=$(box from scratch)
    box add "$container" "$kept" / >/dev/null
    [ "$name" != rust ] || with_toolchain "$container"
    box commit --quiet "$container" "localhost/groundwork/$name" >/dev/null
    box rm "$container" >/dev/null
}

# Rust as it is here, in the places of the official image.
with_toolchain() {
    local mounted toolchain
    toolchain=$(rustc --print sysroot)
    mounted=$(box mount "$1")
    mkdir -p "$mounted/usr/local/cargo" "$mounted/usr/local/rust"
    cp -r "$toolchain/bin" "$toolchain/lib" "$mounted/usr/local/rust"
    box umount "$1" >/dev/null
    box config --env CARGO_HOME=/usr/local/cargo --env PATH=/usr/local/rust/bin:/usr/sbin:/usr/bin:/sbin:/bin "$1"
    # As said here, so that a first look need not optimise: CARGO_PROFILE_RELEASE_LTO=off, and so on.
    compgen -e CARGO_PROFILE_ | while read -r name; do box config --env "$name=${!name}" "$1"; done
}

build() {
    box bud --quiet --format docker --isolation chroot --pull-never --file "$root/infra/Dockerfile" \
        --build-arg RUN_BASE=localhost/groundwork/run "$@" "$root" >/dev/null
}

# The context alone: every package that cargo wants is in it, and nothing that may hold secrets.
look_at_context() {
    local container mounted stray
    build --target source --tag localhost/groundwork/source
    container=$(box from --pull-never localhost/groundwork/source)
    mounted=$(box mount "$container")
    cargo metadata --manifest-path "$mounted/source/Cargo.toml" --locked --offline --format-version 1 \
        --filter-platform x86_64-unknown-linux-gnu >/dev/null || die ".dockerignore keeps out what cargo needs"
    stray=$(find "$mounted/source" \( -name '.env*' -o -name node_modules -o -name .git -o -name '*.db' \) -print -quit)
    [ -z "$stray" ] || die ".dockerignore lets $stray in"
    box rm "$container" >/dev/null
}

# In the place of the stage that compiles stands a folder with what it would leave.
around_program() {
    [ -x "$program" ] || die "no $program: cargo build -p web"
    mkdir -p "$dir/built/data"
    strip -o "$dir/built/groundwork" "$program"
    build --build-context build="$dir/built" --tag $image
}

everything() {
    base rust --variant=minbase --include=ca-certificates
    # What was downloaded and compiled stays for the next time, as with Docker.
    TMPDIR=$cache build --build-arg BUILD_BASE=localhost/groundwork/rust --tag $image
}

setting() { box inspect --type image --format "$1" $image; }

# Whatever runs the image reads this off it: its user, its environment, what is started.
open_image() {
    local container each
    user=$(setting '{{.OCIv1.Config.User}}')
    [[ $user =~ ^[1-9][0-9]*:[1-9][0-9]*$ ]] || die "the image runs as '$user': not a number, or root"
    mapfile -t environment < <(setting '{{range .OCIv1.Config.Env}}{{println .}}{{end}}' | sed '/^$/d')
    mapfile -t entry < <(setting '{{range .OCIv1.Config.Entrypoint}}{{println .}}{{end}}' | sed '/^$/d')
    mapfile -t serve < <(setting '{{range .OCIv1.Config.Cmd}}{{println .}}{{end}}' | sed '/^$/d')
    container=$(box from --pull-never $image)
    mounted=$(box mount "$container")
    size=$(du -sm --apparent-size "$mounted" | cut -f1)
    for each in bin/sh usr/bin/apt; do [ ! -e "$mounted/$each" ] || die "/$each is in the image"; done
    # A new volume belongs to whom the image says, as Docker makes it.
    cp -a "$mounted/data" "$dir/volume"
    port=$(python3 -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
    environment+=(BASE_URL=https://example.com SECRET_KEY="$(openssl rand -hex 32)" SMTP_URL=smtp://127.0.0.1:1
        TRUSTED_PROXIES=127.0.0.1 LISTEN="127.0.0.1:$port")
}

# run ARGUMENT…: a container of the image, in the place of this shell: call it in one of its own. What it starts
# is process 1 in there.
run() {
    # shellcheck disable=SC2016 # for the shell inside
    exec env -i PATH="$PATH" "${environment[@]}" unshare --mount --pid --fork --kill-child=KILL sh -euc '
        image=$1 volume=$2 user=$3
        shift 3
        mount --bind "$image" "$image"
        mount -t proc -o ro,nosuid,nodev,noexec proc "$image/proc"
        mount --bind "$volume" "$image/data"
        mount -o remount,bind,ro "$image"
        ! touch "$image/written" 2>/dev/null || exit 99
        exec setpriv --no-new-privs chroot --userspec="$user" "$image" "$@"
    ' sh "$mounted" "$dir/volume" "$user" "${entry[@]}" "$@"
}

answer() {
    local first
    exec 3<>"/dev/tcp/127.0.0.1/$port" || return 1
    printf 'GET %s HTTP/1.1\r\nHost: %s\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n' "$2" "$1" >&3
    read -r first <&3
    exec 3<&-
    echo "${first//$'\r'/}"
}

# Starts it and waits until it is ready: how many milliseconds that took is in $ready.
start() {
    local begun end
    begun=$(date +%s%3N)
    end=$((begun + 30000))
    run "${serve[@]}" >"$dir/log" 2>&1 &
    site=$!
    until [[ $(answer example.com /readyz 2>/dev/null) == *' 200 '* ]]; do
        kill -0 "$site" 2>/dev/null || die "it ended: $(tail -5 "$dir/log")"
        [ "$(date +%s%3N)" -lt "$end" ] || die "not ready after 30 s: $(tail -5 "$dir/log")"
        sleep 0.01
    done
    ready=$(($(date +%s%3N) - begun))
}

# As an orchestrator ends it: SIGTERM to process 1, and a while later the hard way.
stop() {
    local one
    one=$(pgrep -P "$site")
    kill -TERM "$one"
    timeout 35 tail --pid="$one" -f /dev/null || kill -KILL "$one"
    wait "$site" || die "it did not end well: $(tail -5 "$dir/log")"
    site=''
}

expect() {
    local got
    got=$(answer "$1" "$2")
    [[ $got == *" $3 "* ]] || die "$1$2 answered: $got"
}

try() {
    local first
    open_image
    [ "${entry[*]}" = /usr/local/bin/groundwork ] || die "the image starts ${entry[*]}"
    start
    first=$ready
    openssl rand -hex 16 | run user create ana@example.com --name Ana --password-stdin >"$dir/said" 2>&1 ||
        die "user create: $(cat "$dir/said")"
    (run tenant create acme --name Acme --owner ana@example.com) >"$dir/said" 2>&1 ||
        die "tenant create: $(cat "$dir/said")"
    [[ $(setting '{{.Docker.Config.Healthcheck.Test}}') == "[CMD ${entry[*]} health]" ]] || die "no health check"
    (run health) >"$dir/said" 2>&1 || die "the health check of the image fails: $(cat "$dir/said")"
    expect acme.example.com /settings/members 303
    stop
    start
    expect acme.example.com /settings/members 303
    expect globex.example.com /settings/members 404
    [ "$(stat -c %u "$dir/volume/catalog.db")" = "${user%%:*}" ] || die "the store does not belong to $user"
    stop
    say "$size MB, of it the program $(($(stat -c %s "$mounted/usr/local/bin/groundwork") >> 20)) MB;" \
        "user $user, root read-only; ready $first ms after start with a new store, $ready ms with its data"
}

base run --variant=extract --include=base-files,libc6,libgcc-s1
look_at_context
case ${1:-} in
'') around_program ;;
full) everything ;;
*) die "image.sh [full]" ;;
esac
try
