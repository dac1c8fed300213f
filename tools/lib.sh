# lib.sh -- what tools/demo and tools/test share: packages and builds. Sourced, from the root.

BUILD_PACKAGES='gcc g++ meson ninja-build pkg-config librdkafka-dev librocksdb-dev libprotobuf-c-dev
  protobuf-c-compiler libre2-dev libutf8proc-dev libyaml-dev libmicrohttpd-dev libxxhash-dev tzdata'
TEST_PACKAGES='check libjansson-dev protobuf-compiler python3 clang libclang-rt-dev clang-format'
KAFKA_PACKAGES='default-jdk-headless maven'

# Installs the packages of a list that dpkg does not know as installed.
packages() {
    missing=
    for p in "$@"; do
        dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q '^install ok' || missing="$missing $p"
    done
    [ -n "$missing" ] || return 0
    echo "installing:$missing" >&2
    sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -qq >/dev/null &&
        DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null && return 0
    echo "these packages are needed:$missing (install them, then run this again)" >&2
    exit 1
}
packages_for_build() { packages $BUILD_PACKAGES; }
packages_for_tests() { packages $TEST_PACKAGES; }
packages_for_kafka() {
    command -v java >/dev/null && command -v mvn >/dev/null && return 0
    packages $KAFKA_PACKAGES
}

build_dir() { echo "$PWD/build-$1"; }

# build NAME OPTION...: configures once, then builds what has changed (all, or $targets); quiet
# unless it fails.
build() {
    dir=$(build_dir "$1"); shift
    out=$(mktemp)
    if [ ! -f "$dir/build.ninja" ]; then
        meson setup "$dir" "$@" >"$out" 2>&1 || { cat "$out"; rm -f "$out"; return 1; }
    fi
    ninja -C "$dir" ${targets:-} >"$out" 2>&1 || { tail -n 60 "$out"; rm -f "$out"; return 1; }
    rm -f "$out"
}
