#!/usr/bin/env bash
# The package on real Debian systems: installed, booted, updated. Installs what that needs beside the project, then runs it.
#   tools/nspawn.sh [--suite trixie] [--mirror ADDRESS-OR-SOURCES-FILE] [--copy-in FILE[:DESTINATION]]… [WORD]…
# --mirror and --copy-in bring in what this network asks for, as in tools/fresh-root.sh.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly PACKAGES=(mmdebstrap systemd-container apt-utils gpg gpg-agent iproute2)

missing=()
for package in "${PACKAGES[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ] && [ "$(id -u)" -eq 0 ]; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
exec .venv/bin/python -m tests.nspawn "$@"
