#!/usr/bin/env bash
# The tests that need a kernel of their own: installs what the rig needs beside the project, then runs it.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly PACKAGES=(qemu-system-x86 busybox-static cpio kmod udev)

missing=()
for package in "${PACKAGES[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
    root=()
    [ "$(id -u)" -eq 0 ] || root=(sudo)
    "${root[@]}" apt-get update -qq
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
exec .venv/bin/python -m tests.rig "$@"
