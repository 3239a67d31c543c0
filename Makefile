# The door to the project. `make` alone lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow check bench mutants rig deb image nspawn vm fresh lock clean

PYTHON := .venv/bin/python
MOTCUA := .venv/bin/motcua
# Two at a time, a file of tests never split: a file may own a broker or a screen. More cores: make test JOBS=4
JOBS ?= 2
ARGS ?=

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: ## system packages, .venv with the locked packages, voice clips; seconds when nothing changed
	@tools/setup.sh

demo: setup ## the whole office on this computer (without a display: pictures and a report in demo-out/)
	@$(MOTCUA) demo $(ARGS)

test: setup ## all fast tests
	@$(PYTHON) -m pytest -q -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

test-slow: setup ## the slow tests alone
	@$(PYTHON) -m pytest -q -m slow $(ARGS)

check: setup ## ruff, mypy --strict, import-linter, shellcheck
	@tools/check.sh

bench: setup ## every measured figure of the README, beside its bound
	@$(MOTCUA) bench all $(ARGS)

mutants: setup ## put listed faults in one by one; the tests named beside each must catch it
	@$(PYTHON) -m tests.mutants $(ARGS)

rig: setup ## what only a kernel can show: a virtual machine with a panel, printers, scanners (amd64; about 10 minutes)
	@tools/rig.sh $(ARGS)

deb: setup ## the Debian packages in dist/, for Debian 12 and 13, amd64 and arm64 (ARGS="--suite trixie --architecture arm64")
	@$(PYTHON) -m tools.deb.build $(ARGS)

image: setup ## a disk image that a device starts from, its root read-only, in dist/ (needs root; docs/image.md)
	@tools/image.sh $(ARGS)

nspawn: setup ## the package installed, booted and updated in fresh Debian systems (needs root; about a quarter of an hour)
	@tools/nspawn.sh $(ARGS)

vm: setup ## the image booted in a virtual machine, its power cut, its clock dead (needs root; amd64; about half an hour)
	@tools/vm.sh $(ARGS)

fresh: ## prove set-up, demo and tests in a fresh Debian root file system (needs root, mmdebstrap, systemd-container)
	@tools/fresh-root.sh $(ARGS)

lock: ## make requirements.lock anew from pyproject.toml (ARGS=--upgrade takes the newest versions)
	@tools/lock.sh $(ARGS)

clean: ## remove caches and what runs left behind (.venv stays)
	@rm -rf build dist demo-out simulate-out bench-out mutants-out .pytest_cache .mypy_cache .ruff_cache .hypothesis \
		.import_linter_cache .coverage
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
