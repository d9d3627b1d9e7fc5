# Motcua. `make help` lists what can be made; every target works on a fresh clone.

SHELL  := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN    := .venv/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
NODE   := PATH="$(CURDIR)/$(BIN):$$PATH"

MESSAGES  := $(patsubst %.po,%.mo,$(wildcard */translations/*/LC_MESSAGES/messages.po */*/translations/*/LC_MESSAGES/messages.po))
INTERFACE := $(shell find frontend -name node_modules -prune -o -type f -print 2>/dev/null)
LOCK      := $(BIN)/uv pip compile pyproject.toml --generate-hashes --python-version 3.11 --universal --no-header --quiet
CHECKED   := MOTCUA_DATA_DIRECTORY=build/check MOTCUA_DATABASE_URL= MOTCUA_LOG_LEVEL=WARNING

# Tests start many processes of the house: each would compile all of it again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: .venv/run.stamp $(MESSAGES) build/frontend.stamp ## Install all that the site needs (run does it too)

.PHONY: run
run: setup ## Start the site with demo accounts and sample dossiers
	$(BIN)/motcua run

.PHONY: demo
demo: setup ## Drive one dossier through the running site by its public API
	$(BIN)/motcua demo

.PHONY: test
test: setup .venv/dev.stamp build/identity-provider.stamp ## Run the tests
	$(BIN)/python -m pytest -n 3 --dist worksteal -m "not slow" --durations=20 --durations-min=5

.PHONY: test-all
test-all: setup .venv/dev.stamp build/identity-provider.stamp ## Run the tests, the slow ones too
	$(BIN)/python -m pytest -n 2 --dist worksteal --hypothesis-profile thorough

.PHONY: check
check: setup .venv/dev.stamp ## Style, types, floors, migrations, translations, pages of settings and rights
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	rm -rf build/check
	$(CHECKED) $(BIN)/motcua db upgrade
	$(CHECKED) $(BIN)/motcua db check
	$(CHECKED) $(BIN)/motcua check-translations
	$(CHECKED) $(BIN)/motcua settings-reference --check
	$(CHECKED) $(BIN)/motcua authorization-reference --check
	$(CHECKED) $(BIN)/motcua letter-reference --check

.PHONY: bench
bench: setup .venv/dev.stamp build/peer.stamp ## Measure; prints a table and writes build/bench.json
	$(BIN)/python -m bench

.PHONY: chaos
chaos: setup .venv/dev.stamp ## Kill workers, crash PostgreSQL for half an hour, look for losses; then every slow proof: minutes=30 cases=2000
	$(BIN)/python -m tests.chaos --minutes $(or $(minutes),30) --cases $(or $(cases),2000)
	$(BIN)/python -m pytest -p no:xdist -m slow tests/chaos tests/engine

.PHONY: chaos-slice
chaos-slice: setup .venv/dev.stamp ## The same for a minute and a half, as every change goes through it
	$(BIN)/python -m tests.chaos --minutes 1.5

.PHONY: conformance
conformance: setup .venv/dev.stamp ## Count how far DMN is followed, with the public test kit: DMN_TCK=folder
	$(BIN)/python -m conformance

.PHONY: authorization
authorization: setup ## Write docs/authorization.md anew from accounts/policy.py
	$(BIN)/motcua authorization-reference

.PHONY: settings
settings: setup ## Write docs/settings.md anew from core/config.py
	$(BIN)/motcua settings-reference

.PHONY: migration
migration: setup ## Write a migration for changed tables: make migration m="why"
	rm -rf build/check
	$(CHECKED) $(BIN)/motcua db upgrade
	$(CHECKED) $(BIN)/motcua db migrate -m "$(m)"

.PHONY: release-data
release-data: setup .venv/dev.stamp ## Keep this version's data for later versions to upgrade: v=0.1.0
	$(BIN)/python -m tests.releases.make $(v)

.PHONY: lock
lock: .venv/dev.stamp ## Pin the requirements of pyproject.toml anew, with hashes
	$(LOCK) --group build -o requirements.txt
	$(LOCK) --group build --group dev -c requirements.txt -o requirements-dev.txt
	$(subst pyproject.toml,,$(LOCK)) --group node -o requirements-node.txt

.PHONY: clean
clean: ## Remove what was installed and built; the data in var/ stays
	rm -rf .venv build frontend/node_modules bench/peer/node_modules tests/identity/provider/node_modules web/static/dist *.egg-info
	rm -f $(MESSAGES)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Motcua needs Python 3.11 or newer; set PYTHON=...")'
	$(PYTHON) -m venv .venv

# The project is installed as a link to this folder; --no-build-isolation keeps to the pinned setuptools.
.venv/run.stamp: requirements.txt pyproject.toml | .venv/bin/python
	$(PIP) --require-hashes -r requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/run.stamp
	$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

.venv/node.stamp: requirements-node.txt | .venv/bin/python
	@node --eval 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' \
		2>/dev/null || $(PIP) --require-hashes -r requirements-node.txt
	@touch $@

%.mo: %.po .venv/run.stamp
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

build/node_modules.stamp: frontend/package-lock.json .venv/node.stamp
	cd frontend && $(NODE) npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@mkdir -p build && touch $@

# Another engine, only to measure against.
build/peer.stamp: bench/peer/package-lock.json .venv/node.stamp
	cd bench/peer && $(NODE) npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@mkdir -p build && touch $@

# A certified identity provider for the tests.
build/identity-provider.stamp: tests/identity/provider/package-lock.json .venv/node.stamp
	cd tests/identity/provider && $(NODE) npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@mkdir -p build && touch $@

build/frontend.stamp: build/node_modules.stamp $(INTERFACE)
	cd frontend && $(NODE) npm run --silent build
	@touch $@
