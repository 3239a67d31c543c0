#!/usr/bin/env bash
# All checks that read the code without running it. Each is named, and the last line is `N of N`.
#   tools/check.sh            everything
#   tools/check.sh kiosk …    ruff and mypy on these folders only
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
readonly BIN=.venv/bin
passed=0
total=0

check() {
    local name=$1 output
    shift
    total=$((total + 1))
    if output=$("$@" 2>&1); then
        passed=$((passed + 1))
        printf 'ok      %s\n' "$name"
    else
        printf '%s\n' "$output"
        printf 'FAILED  %s\n' "$name"
    fi
}

packages=()
for folder in queue_core queue_kit kiosk queue_display queue_hub central provisioning firmware_config motcua benchmarks; do
    if [ -f "$folder/__init__.py" ]; then
        packages+=("$folder")
    fi
done

if [ $# -gt 0 ]; then
    check "ruff check" "$BIN/ruff" check --quiet --output-format concise "$@"
    check "ruff format" "$BIN/ruff" format --check --output-format concise --quiet "$@"
    check "mypy --strict" "$BIN/mypy" "$@"
else
    check "ruff check" "$BIN/ruff" check --quiet --output-format concise .
    check "ruff format" "$BIN/ruff" format --check --output-format concise --quiet .
    check "mypy --strict (${packages[*]})" "$BIN/mypy" "${packages[@]}" tools/deb tools/image
    check "import-linter: the floors" "$BIN/lint-imports"
    check "shellcheck" shellcheck tools/*.sh tools/deb/{repository.sh,postinst,prerm,postrm} provisioning/card_files/*.sh tools/image/tree/{etc/initramfs-tools/hooks/motcua,usr/lib/motcua-image/first-start} .ci/run
fi

printf '%d of %d\n' "$passed" "$total"
[ "$passed" -eq "$total" ]
