#!/usr/bin/env bash
# The image, booted: a virtual machine whose power is really cut. Installs what that needs beside the project, then runs it.
#   tools/vm.sh [--suite trixie] [--mirror ADDRESS-OR-SOURCES-FILE] [--package FILE] [WORD]…
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly PACKAGES=(mmdebstrap e2fsprogs dosfstools mtools fdisk qemu-system-x86 nbdkit apt-utils gpg gpg-agent)

missing=()
for package in "${PACKAGES[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ] && [ "$(id -u)" -eq 0 ]; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
exec .venv/bin/python -m tests.vm "$@"
