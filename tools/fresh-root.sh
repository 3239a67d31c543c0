#!/usr/bin/env bash
# Proves the two commands of the README on a machine that has nothing: makes a fresh Debian root file system with only git,
# make and python3, clones the last commit of this checkout into it, and runs the given commands there.
#
#   tools/fresh-root.sh [--suite bookworm] [--folder /var/tmp/motcua-rootfs] [--copy-in FILE[:DESTINATION]]... [--user]
#                       [--mirror ADDRESS-OR-SOURCES-FILE] [--keep] [COMMAND]...
#
# Without a COMMAND: make setup, make test, make demo. The first root file system of a suite takes minutes and is kept as a
# base; each run works on a copy of it. --copy-in brings in what this network asks for (a CA bundle, apt's and pip's settings);
# --user runs as an ordinary user with sudo instead of root; --keep keeps the copy, which is otherwise removed.
# Needs root and the packages mmdebstrap and systemd-container. Each command is a named check; the last line is `N of N`.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
suite=bookworm
folder=/var/tmp/motcua-rootfs
mirror=()
copies=()
keep=no
account=root

usage() {
    sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "tools/fresh-root.sh"
    exit "$1"
}

while [ $# -gt 0 ]; do
    case $1 in
        --suite) suite=$2 && shift 2 ;;
        --folder) folder=$2 && shift 2 ;;
        --mirror) mirror=("$2") && shift 2 ;;
        --copy-in) copies+=("$2") && shift 2 ;;
        --user) account=officer && shift ;;
        --keep) keep=yes && shift ;;
        --help) usage 0 ;;
        --*) usage 2 >&2 ;;
        *) break ;;
    esac
done
commands=("$@")
[ ${#commands[@]} -gt 0 ] || commands=("make setup" "make test" "make demo")

[ "$(id -u)" -eq 0 ] || { echo "fresh-root: needs root; run: sudo make fresh" >&2 && exit 2; }
for program in mmdebstrap systemd-nspawn; do
    command -v "$program" >/dev/null || {
        echo "fresh-root: $program is missing; run: apt-get install mmdebstrap systemd-container" >&2
        exit 2
    }
done

base=$folder/$suite-base
work=$folder/$suite-$$
mkdir -p "$folder"

if [ ! -e "$base/etc/debian_version" ]; then
    echo "fresh-root: making $base"
    rm -rf "$base"
    mmdebstrap --quiet --variant=minbase --include=git,make,python3,ca-certificates,sudo "$suite" "$base" "${mirror[@]}"
fi

finish() {
    if [ "$keep" = yes ]; then
        echo "fresh-root: kept in $work"
    else
        rm -rf --one-file-system "$work"
    fi
}
trap finish EXIT
cp -a "$base" "$work"

for pair in "${copies[@]}"; do
    source_file=${pair%%:*}
    destination=${pair#*:}
    mkdir -p "$work$(dirname "$destination")"
    cp -L "$source_file" "$work$destination"
done

# The installer of a real machine writes this; a bare root file system has none, and a browser's driver asks for localhost.
[ -e "$work/etc/hosts" ] || printf '127.0.0.1 localhost fresh\n::1 localhost\n' >"$work/etc/hosts"

# The machine's own network, nothing else of it: its file systems are not seen, but for the checkout, read-only, to clone from.
inside() {
    SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 systemd-nspawn --quiet --register=no --keep-unit --directory="$work" --user="$1" \
        --bind-ro="$root:/checkout" --resolv-conf=copy-host --timezone=off --hostname=fresh --console=pipe \
        --setenv=DEBIAN_FRONTEND=noninteractive --setenv=LANG=C.UTF-8 /bin/bash -c "$2" \
        </dev/null 2> >(sed '/^Attempted to remove disk file system/d' >&2) # nspawn's own harmless word at its end
}

home=/root
if [ "$account" != root ]; then
    home=/home/$account
    inside root "useradd --create-home --shell /bin/bash $account && echo '$account ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/$account"
fi
# The checkout belongs to somebody else than the account inside.
inside "$account" "git config --global --add safe.directory '*' && git clone --quiet file:///checkout $home/motcua"

passed=0
for command in "${commands[@]}"; do
    started=$SECONDS
    if inside "$account" "cd $home/motcua && $command"; then
        passed=$((passed + 1))
        verdict=ok
    else
        verdict=FAILED
    fi
    printf '%s  %s: %s (%d s)\n' "$verdict" "$suite" "$command" $((SECONDS - started))
done
printf '%d of %d\n' "$passed" ${#commands[@]}
[ "$passed" -eq ${#commands[@]} ]
