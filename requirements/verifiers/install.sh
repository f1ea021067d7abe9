#!/bin/sh
# Installs programs that were not written here and that check our log, into var/verifiers: pinned by hash, quick when
# they are there already. What cannot be had is left out; the reason is printed and kept for the tests that are skipped.
# --once: what failed with these pins is not tried again.
set -u
cd "$(dirname "$0")/../.."
HERE=requirements/verifiers/install.sh
PINS=requirements/verifiers
PLACE=var/verifiers
mkdir -p "$PLACE"
QUIET=
[ "${1:-}" = --once ] && QUIET=yes

# keep NAME PROGRAM PINS COMMAND...: runs the command unless it succeeded before with these pins and this program
keep() {
    name=$1
    pins="$(command -v "$2" 2>/dev/null) $(cat "$3" | cksum)"
    shift 3
    if [ "$(cat "$PLACE/$name.pins" 2>/dev/null)" = "$pins" ]; then
        [ -d "$PLACE/$name" ] && return
        [ -n "$QUIET" ] && echo "$name: left out, $(cat "$PLACE/$name.missing")" && return
    fi
    rm -rf "${PLACE:?}/$name" "$PLACE/$name.pins"
    if timeout 100 "$@" >"$PLACE/$name.log" 2>&1; then
        rm -f "$PLACE/$name.missing"
        echo "$name: ready"
    else
        rm -rf "${PLACE:?}/$name"
        leave_out "$name" "it could not be installed: $(grep -v '^ *$' "$PLACE/$name.log" | tail -n 1 | cut -c 1-200)"
    fi
    echo "$pins" >"$PLACE/$name.pins"
}

leave_out() {
    echo "$2" >"$PLACE/$1.missing"
    echo "$1: left out, $2"
}

with_pip() {
    "$1" -m pip install --quiet --disable-pip-version-check --no-input --root-user-action=ignore --no-deps \
        --no-compile --require-hashes --target "$PLACE/$2" -r "$PINS/$2.txt"
}

with_npm() {
    mkdir -p "$PLACE/node" && cp "$PINS/package.json" "$PINS/package-lock.json" "$PLACE/node/" &&
        npm ci --silent --ignore-scripts --no-audit --no-fund --prefix "$PLACE/node"
}

with_venv() {
    awk '/^[a-z]/ { kept = /^(cryptography|cffi|pycparser)==/ } kept && !/^ *#/' requirements/runtime.txt >"$PLACE/aics.below"
    "$1" -m venv --without-pip "$PLACE/aics" && .venv/bin/python -m pip --python "$PLACE/aics/bin/python" install --quiet \
        --disable-pip-version-check --no-input --root-user-action=ignore --no-deps --no-compile --require-hashes \
        -r "$PINS/aics.txt" -r "$PLACE/aics.below"
}

case "${1:-}" in
    --pip) with_pip "$2" "$3"; exit ;;
    --npm) with_npm; exit ;;
    --venv) with_venv "$2"; exit ;;
esac

keep sigstore .venv/bin/python "$PINS/sigstore.txt" sh "$HERE" --pip .venv/bin/python sigstore &
if command -v npm >/dev/null 2>&1 && command -v node >/dev/null 2>&1; then
    keep node npm "$PINS/package-lock.json" sh "$HERE" --npm &
else
    leave_out node "node and npm are not on this machine"
fi
FOUND=
for CANDIDATE in python3.13 python3.12 "$HOME"/.pyenv/versions/3.1[23].*/bin/python3; do
    "$CANDIDATE" -c "import venv" >/dev/null 2>&1 && FOUND=$CANDIDATE && break
done
if [ -n "$FOUND" ]; then
    keep aics "$FOUND" "$PINS/aics.txt" sh "$HERE" --venv "$FOUND"
else
    leave_out aics "it needs Python 3.12 or newer"
fi
wait
