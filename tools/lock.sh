#!/usr/bin/env bash
# Makes requirements.lock anew from pyproject.toml: every package with its hashes, one lock for Python 3.11 and later, for
# x86-64 and 64-bit ARM; no index address and nothing of this machine in it. Needs a network.
#   tools/lock.sh            keeps the versions that still fit      tools/lock.sh --upgrade   takes the newest
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
uv_folder=$(mktemp -d)
trap 'rm -rf "$uv_folder"' EXIT

# uv is needed for this alone, so it lives in a folder of its own; the venv stays what the lock says.
/usr/bin/python3 -m venv "$uv_folder"
"$uv_folder/bin/python" -m pip --disable-pip-version-check -q install uv
"$uv_folder/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra test \
    --no-emit-index-url --no-emit-find-links --no-header --no-annotate --python /usr/bin/python3 "$@" \
    pyproject.toml --output-file requirements.lock

if grep -nE '://|--index|--extra-index|--find-links|file:' requirements.lock; then
    echo "lock: an address got into requirements.lock (above); it must not be committed" >&2
    exit 1
fi
echo "lock: $(grep -c '==' requirements.lock) packages"
