# What one can do here; `make` alone lists it. Needs Python 3.11 or newer, and git.
# `make test TESTS=tests/sms` runs a part; `make fresh RELEASE=trixie` tries one Debian;
# `make papers IDEAS=4` draws one year; `make bench BENCH=--anyway` measures on a busy machine too;
# `make grow GROW='1000 20000'` compares these sizes.

PYTHON ?= python3
INSTANCE = $(or $(HIENKE_INSTANCE),instance)
BIN = .venv/bin
CORES = $(shell nproc)
# Three more than there are cores: many tests wait for a clock, a cable, a browser or a program.
WORKERS = $(shell expr $(CORES) + 3)

# Some machines forbid it; then each of the tests' programs would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check lint style types suite bench grow papers office fresh debian

help: ## list what one can do
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-6s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/installed ## serve; the first run makes a demo in instance/
	@test -e "$(INSTANCE)/settings.toml" || $(BIN)/hienke init --demo
	@exec $(BIN)/hienke serve

test: | .venv/made ## everything: lint, types, all tests, a real browser too
	@$(MAKE) --no-print-directory -j2 .venv/tested debian
	@$(MAKE) --no-print-directory style
	@$(MAKE) --no-print-directory -j2 types suite

# Beside mypy, which keeps one core busy and no other: its first run takes long.
suite: .venv/collected
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(TESTS)

check: .venv/tested debian ## lint, types and the tests that start no browser and no program
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest -n $(CORES) --dist worksteal -m "not browser and not slow and not gammu"

lint: style types ## style, types, and who may import whom

style: .venv/tested
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

types: .venv/tested
	@$(BIN)/mypy

bench: .venv/tested debian ## speed on both engines and page weight, beside the floor and the budgets
	@$(BIN)/python -m tests.bench $(BENCH)

grow: .venv/tested ## what each screen costs with 1,000 ideas, 100,000 and, on 14 GB of disk, a million
	@$(BIN)/python -m tests.bench.grow $(GROW)

papers: .venv/tested debian ## every paper with 1, 4 and 60 ideas as pictures in build/papers, to be looked at
	@$(BIN)/python -m tests.papers build/papers $(IDEAS)

office: .venv/tested ## deploy/install.sh run in a fresh Debian: root, a network, five minutes
	@command -v debootstrap >/dev/null || { echo 'debootstrap is needed: sudo apt-get install debootstrap' >&2; exit 2; }
	@$(BIN)/python -m pytest -s tests/deploy/install_in_debian.py

fresh: .venv/tested ## run and test in a bare Debian 12 and 13: root, a network, 3 GB, half an hour each
	@command -v debootstrap >/dev/null || { echo 'debootstrap is needed: sudo apt-get install debootstrap' >&2; exit 2; }
	@$(BIN)/python -m tests.deploy.fresh_debian "$(TESTS)" $(or $(RELEASE),bookworm trixie)

# Installed once, and again only when what they name has changed. Most of its modules are never
# imported, so none is compiled before it is.
.venv/installed: setup.cfg pyproject.toml | .venv/made
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --editable .
	@touch $@

.venv/tested: setup.cfg pyproject.toml | .venv/made
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --editable '.[test]'
	@touch $@ .venv/installed

# The first time, all modules are compiled: once, and not by each worker.
.venv/collected: .venv/tested
	@$(BIN)/python -m pytest --collect-only -qq >/dev/null || true
	@touch $@

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'Python 3.11 or newer is needed: make PYTHON=python3.12 …' >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo 'Python lacks its venv module: sudo apt-get install python3-venv' >&2; exit 2; }
	@$(PYTHON) -m venv .venv
	@touch $@

# What the tests need from Debian and npm: deploy/packages.txt lists it.
debian: | .venv/made
	@$(BIN)/python deploy/packages.py tests .venv/npm
