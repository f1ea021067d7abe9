#!/bin/sh
# Installs programs that were not written here and that check our log, into var/verifiers. What cannot be had is left out.
set -u
cd "$(dirname "$0")/.."
PLACE=var/verifiers
mkdir -p "$PLACE"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --upgrade \
    --target "$PLACE/sigstore" -r requirements/verifiers.txt && echo "sigstore: ready"
if command -v npm >/dev/null 2>&1; then
    npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$PLACE/node" @sigstore/verify@4.1.3 \
        && echo "@sigstore/verify: ready"
else
    echo "@sigstore/verify: left out, npm is not on this machine"
fi
FOUND=
for CANDIDATE in python3.13 python3.12 "$HOME"/.pyenv/versions/3.1[23].*/bin/python3; do
    "$CANDIDATE" -c "" >/dev/null 2>&1 && FOUND=$CANDIDATE && break
done
if [ -n "$FOUND" ]; then
    "$FOUND" -m venv "$PLACE/aics" && "$PLACE/aics/bin/python" -m pip install --quiet --disable-pip-version-check \
        aics-witness==0.1.0 aics-tlog==0.2.1 && echo "aics-tlog, aics-witness: ready"
else
    echo "aics-tlog, aics-witness: left out, they need Python 3.12 or newer"
fi
