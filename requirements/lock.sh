#!/bin/sh
# Pins every package with its hashes. Needs uv; nothing else in this project does.
set -e
cd "$(dirname "$0")/.."
lock() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make locks" "$@"
}
lock pyproject.toml --output-file requirements/runtime.txt
lock --no-deps --group pyproject.toml:embedded --output-file requirements/embedded.txt
lock --group pyproject.toml:dev --constraint requirements/runtime.txt --output-file requirements/dev.txt
