#!/usr/bin/env bash
# A disk image that a device starts from: installs what that needs beside the project, then makes it.
#   tools/image.sh [--suite trixie] [--architecture arm64] [--package FILE] [--mirror ADDRESS-OR-SOURCES-FILE]
#                  [--inventory FILE --device OFFICE/DEVICE [--secrets FILE] [--authority FOLDER]]
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly PACKAGES=(mmdebstrap e2fsprogs dosfstools mtools fdisk)

missing=()
for package in "${PACKAGES[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ] && [ "$(id -u)" -eq 0 ]; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
exec .venv/bin/python -m tools.image.build "$@"
