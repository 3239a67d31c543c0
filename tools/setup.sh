#!/usr/bin/env bash
# Sets up everything the project needs on a Debian 12/13 or Raspberry Pi OS machine: system packages, .venv with the locked
# Python packages, the project itself, the default voice clips. Run again, it finds nothing to do within a second or two.
#   tools/setup.sh           does what is needed
#   tools/setup.sh --check   only says what is needed; exit 1 when something is
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly ROOT=$PWD
readonly VENV=$ROOT/.venv
readonly LOCK=$ROOT/requirements.lock
readonly PACKAGES=$ROOT/tools/apt-packages.txt

say() { printf 'setup: %s\n' "$*"; }
fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

# --- what the machine lacks -------------------------------------------------------------------------------------------

wanted_packages() { sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$PACKAGES"; }

missing_packages() {
    # Only "installed" counts: a package that was removed but left its configuration is missing. Debian 13 renamed libraries
    # in its 64-bit time transition (libzbar0t64 provides libzbar0): either name will do.
    wanted_packages | while read -r package; do
        if ! installed "$package" && ! installed "${package}t64"; then
            printf '%s ' "$package"
        fi
    done
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null || true)" = installed ]; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# Debian starts a packaged broker at once, on port 1883. Ours is started by us; if it was our wish that brought the package,
# its service is stopped again. A broker that was here before is left alone.
quiet_new_broker() {
    if [ -d /run/systemd/system ]; then
        as_root systemctl disable --quiet --now mosquitto.service || true
    elif [ -x /etc/init.d/mosquitto ]; then
        as_root /etc/init.d/mosquitto stop >/dev/null 2>&1 || true
    fi
}

install_system_packages() {
    local missing=$1 had_broker=yes
    if ! command -v apt-get >/dev/null; then
        fail "this is not a Debian system; install the equivalents of these packages yourself, then run again: $missing"
    fi
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        fail "these system packages are missing, and neither root nor sudo is here; ask an administrator to run:
    apt-get install --no-install-recommends $missing"
    fi
    command -v mosquitto >/dev/null || [ -x /usr/sbin/mosquitto ] || had_broker=no
    say "installing system packages: $missing"
    local -a apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300)
    local log
    log=$(mktemp)
    # The lists may be empty (a fresh machine) or old (a package's version gone from the mirror).
    as_root "${apt[@]}" update >"$log" 2>&1 || say "the package lists could not be refreshed; trying with those that are here"
    # shellcheck disable=SC2086  # the list is words
    if ! as_root "${apt[@]}" install --no-install-recommends $missing >>"$log" 2>&1; then
        tail -n 20 "$log" >&2
        fail "the system packages could not be installed (all of it: $log). Is there a network? Then run again, or by hand:
    apt-get update && apt-get install --no-install-recommends $missing"
    fi
    rm -f "$log"
    [ "$had_broker" = yes ] || quiet_new_broker
}

# --- the interpreter and its packages ---------------------------------------------------------------------------------

find_python() {
    # /usr/bin/python3, for only it sees apt's python3-lgpio, python3-evdev and python3-picamera2.
    PYTHON=/usr/bin/python3
    if [ ! -x "$PYTHON" ]; then
        PYTHON=$(command -v python3) || fail "there is no python3; run: apt-get install python3"
        say "there is no /usr/bin/python3; taking $PYTHON (apt's Python packages will not be seen)"
    fi
    PYTHON_VERSION=$("$PYTHON" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])')
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "$PYTHON is Python $PYTHON_VERSION; 3.11 or later is needed (Debian 12, Raspberry Pi OS Bookworm, or newer)"
}

# A venv holds its own absolute path and its interpreter's version: moved or upgraded, it is made anew.
venv_key() { printf '%s %s %s\n' "$PYTHON" "$PYTHON_VERSION" "$ROOT"; }

content_key() { cat "$LOCK" "$ROOT/pyproject.toml" "$ROOT/tools/setup.sh" | sha256sum | cut -d ' ' -f 1; }

make_venv() {
    say "making .venv from $PYTHON ($PYTHON_VERSION)"
    rm -rf "$VENV"
    "$PYTHON" -m venv --system-site-packages "$VENV" ||
        fail "the venv could not be made; is python3-venv installed?"
    venv_key >"$VENV/.made-from"
}

install_python_packages() {
    local pip=("$VENV/bin/python" -m pip --disable-pip-version-check -q)
    say "installing $(grep -c '==' "$LOCK") locked Python packages (a minute or two)"
    # Wheels only: nothing is compiled, so no compiler is needed, on a Pi neither.
    "${pip[@]}" install --require-hashes --only-binary :all: -r "$LOCK" ||
        fail "the Python packages could not be installed. Is there a network? Then run again."
    "${pip[@]}" install --no-deps --no-build-isolation --editable "$ROOT" ||
        fail "the project itself could not be installed into .venv"
}

# --- the order of things ----------------------------------------------------------------------------------------------

main() {
    local missing changed=no check=no
    case ${1:-} in
        "") ;;
        --check) check=yes ;;
        *) fail "unknown option $1; there is only --check" ;;
    esac
    if command -v dpkg-query >/dev/null; then
        missing=$(missing_packages)
    else
        missing=""
        say "this is not a Debian system: see to the system packages of tools/apt-packages.txt yourself"
    fi
    if [ -n "$missing" ]; then
        [ "$check" = no ] || fail "needed: system packages: $missing"
        install_system_packages "$missing"
        changed=yes
    fi

    find_python
    if [ ! -x "$VENV/bin/python" ] || [ "$(venv_key)" != "$(cat "$VENV/.made-from" 2>/dev/null)" ]; then
        [ "$check" = no ] || fail "needed: a new .venv"
        make_venv
        changed=yes
    fi
    if [ ! -x "$VENV/bin/motcua" ] || [ "$(content_key)" != "$(cat "$VENV/.installed" 2>/dev/null)" ]; then
        [ "$check" = no ] || fail "needed: the locked Python packages"
        install_python_packages
        content_key >"$VENV/.installed"
        changed=yes
    fi

    if [ "$check" = no ] && [ -f "$ROOT/queue_kit/voice/make_clips.py" ]; then
        "$VENV/bin/python" -m queue_kit.voice.make_clips || fail "the default voice clips could not be made"
    fi

    if [ "$changed" = yes ]; then
        say "ready: .venv/bin/motcua"
    else
        say "nothing to do"
    fi
}

main "$@"
