# make demo: see it with real data.  make test: everything we promise.  Both set up .venv/ by themselves.
.DEFAULT_GOAL := help
.PHONY: help demo test lint test-sqlite test-postgres test-browser test-nightly browser lock docs bench clean
MAKEFLAGS += --no-print-directory
# Images and CI often forbid Python to keep what it compiled: each process that the tests and the demo start would
# compile the whole platform anew.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
# One more than cores: tests of processes wait for leases and restarts, and two of them at a time wait together.
WORKERS ?= 3
# A developer's environment holds all that the demo needs, so the demo never takes it apart.
RUNTIME := $(if $(wildcard .venv/.dev),.venv/.dev,.venv/.runtime)

help:
	@echo "make demo [CHECK=1] | test | test-nightly | lint | lock | docs | bench AREA=agreement|annotate|attacks|cards|coverage|judge|report|start | clean"

.venv/.dev: requirements/dev.txt
	@echo "Installing the developer's environment into .venv (once)"
	@requirements/install.sh dev
	@touch $@

.venv/.runtime: requirements/runtime.txt
	@echo "Installing the environment into .venv (once)"
	@requirements/install.sh runtime
	@touch $@

demo: $(RUNTIME)
	@$(BIN)/python manage.py demo $(if $(CHECK),--check)

test: lint test-sqlite test-postgres test-browser

# The production settings boot only with everything set; nothing is reached and no value outlives the check.
PRODUCTION = DJANGO_SETTINGS_MODULE=evalplatform.settings.production EVALPLATFORM_HOSTS=check.invalid \
  DATABASE_URL=postgresql://check.invalid/check REDIS_URL=redis://check.invalid \
  SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
  EVALPLATFORM_MASTER_KEYS="$$($(BIN)/python -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())')"

lint: export EVALPLATFORM_DATA = $(CURDIR)/var/lint
lint: .venv/.dev
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python manage.py check
	@$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run

test-sqlite: .venv/.dev
	$(PYTEST) -n $(WORKERS) --dist loadgroup -m "not nightly and not e2e"

test-postgres: .venv/.dev
	TEST_DB=postgres $(PYTEST) -n $(WORKERS) --dist loadgroup -m "database and not one_database and not nightly and not e2e"

test-browser: .venv/.dev browser
	$(PYTEST) -n 2 -m e2e tests/e2e

# The same promises tried longer and harder: for the night, not for every change.
test-nightly: export EVALPLATFORM_NIGHTLY = 1
test-nightly: .venv/.dev
	$(PYTEST) -n 0 tests/agreement tests/reliability tests/contracts/test_api_fuzz.py tests/annotations/domain/studies/test_study_round_trip.py
	TEST_DB=postgres $(PYTEST) -n 0 tests/reliability tests/contracts/test_api_fuzz.py tests/annotations/domain/studies/test_study_round_trip.py

# Installs a browser only where that is this machine's way; elsewhere the tests say what they leave out.
browser:
	@command -v "$${CHROMIUM:-chromium}" >/dev/null || command -v google-chrome >/dev/null || \
	  { [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; } || \
	  { apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium >/dev/null; }

COMPILE := uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
  --no-emit-index-url --no-emit-find-links
lock:
	@command -v uv >/dev/null || { echo "make lock needs uv (pip install uv)"; exit 1; }
	$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml --group dev -o requirements/dev.txt
	$(COMPILE) $(if $(UPGRADE),--upgrade) -c requirements/dev.txt pyproject.toml -o requirements/runtime.txt

docs: .venv/.dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench: .venv/.dev
	@test -n "$(AREA)" || { echo "make bench AREA=agreement|annotate|attacks|cards|coverage|judge|report|start"; exit 1; }
	@$(BIN)/python -m benchmarks.$(AREA)

clean:
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage* htmlcov site staticfiles
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
