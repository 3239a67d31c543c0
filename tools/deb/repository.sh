#!/usr/bin/env bash
# A signed repository for a USB stick or an office's own server: copies packages into it and writes its lists anew.
#
#   tools/deb/repository.sh --key KEY FOLDER [PACKAGE.deb]…
#
# KEY is a signing key of whoever publishes, in their own GnuPG (an id or an address); it never comes near this project. Older
# versions stay until they are deleted from FOLDER/pool. Devices get FOLDER/motcua.asc, the public half, from provisioning.
# Needs apt-utils and gpg.
set -euo pipefail

usage() {
    sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
    exit 2
}

key=
while [ $# -gt 0 ]; do
    case $1 in
        --key) key=${2:-} && shift 2 ;;
        --*) usage >&2 ;;
        *) break ;;
    esac
done
if [ -z "$key" ] || [ $# -lt 1 ]; then usage >&2; fi
folder=$1
shift
for program in apt-ftparchive gpg dpkg-deb; do
    command -v "$program" >/dev/null || { echo "repository: $program is missing; run: apt-get install apt-utils gpg" >&2 && exit 2; }
done

# A package's suite is the end of its version: 0.1.0+deb12 is for Debian 12.
declare -rA SUITES=([deb12]=bookworm [deb13]=trixie)

for package in "$@"; do
    version=$(dpkg-deb --field "$package" Version)
    suite=${SUITES[${version##*+}]:-}
    [ -n "$suite" ] || { echo "repository: $package is for no suite that is known: $version" >&2 && exit 1; }
    mkdir -p "$folder/pool/$suite"
    name=motcua_${version}_$(dpkg-deb --field "$package" Architecture).deb
    kept=$folder/pool/$suite/$name
    # Devices that have a version under this name would never look at another one.
    if [ -e "$kept" ] && ! cmp -s "$package" "$kept"; then
        echo "repository: another package is already published as $name; give it a new version" >&2
        exit 1
    fi
    cp "$package" "$kept.part"
    mv "$kept.part" "$kept"
done

cd "$folder"
for place in pool/*/; do
    suite=$(basename "$place")
    lists=dists/$suite/main
    for architecture in amd64 arm64; do
        mkdir -p "$lists/binary-$architecture"
        apt-ftparchive --arch "$architecture" packages "pool/$suite" >"$lists/binary-$architecture/Packages"
        gzip -9 -n -k -f "$lists/binary-$architecture/Packages"
    done
    rm -f "dists/$suite/Release" "dists/$suite/InRelease"
    apt-ftparchive -o APT::FTPArchive::Release::Origin=Motcua -o APT::FTPArchive::Release::Label=Motcua \
        -o "APT::FTPArchive::Release::Suite=$suite" -o "APT::FTPArchive::Release::Codename=$suite" \
        -o "APT::FTPArchive::Release::Architectures=amd64 arm64" -o APT::FTPArchive::Release::Components=main \
        release "dists/$suite" >"Release.$suite"
    gpg --batch --yes --local-user "$key" --digest-algo SHA512 --clearsign --output "dists/$suite/InRelease" "Release.$suite"
    mv "Release.$suite" "dists/$suite/Release"
    echo "repository: $suite: $(grep -h '^Version:' "$lists"/binary-*/Packages | sort -u | cut -d ' ' -f 2 | paste -sd ' ')"
done
gpg --batch --yes --armor --output motcua.asc --export "$key"
