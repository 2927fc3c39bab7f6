# 聚贤: needs make and Python 3.11 to 3.13, nothing else. `make help` lists what there is.

PYTHON = $(shell for each in python3.13 python3.12 python3.11 python3 python; do \
  $$each -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && { echo $$each; break; }; done)
BIN = .venv/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
UV = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-build --no-header $(UPGRADE)

.PHONY: help run stop test lint format bench lock clean
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile

run: .venv/runtime ## install, prepare database and demo world, serve on PORT (8000), print the demo logins
	@exec $(BIN)/python -m console run

stop: .venv/runtime ## stop what `make run` started, from another terminal
	@exec $(BIN)/python -m console stop

test: lint ## everything that must hold: lint, types, layers, tests, browser tests
	$(BIN)/python -m pytest -n 2 -m "not browser"
	$(BIN)/python -m pytest -m browser

lint: .venv/development ## style, types and import contracts only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/development ## let ruff put the code in shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/development ## measure: every file of bench/, one after the other
	@for each in bench/[a-z]*.py; do echo "== $$each"; $(BIN)/python "$$each" || exit 1; done

lock: .venv/development ## write both lock files after a change of pyproject.toml (all newest: UPGRADE=--upgrade)
	$(UV) pyproject.toml --output-file requirements.lock
	$(UV) pyproject.toml --group dev --output-file requirements-dev.lock

clean: ## remove caches and build results; data (instance/) and .venv stay
	rm -rf build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis tests/browser/out
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "需要 Python 3.11、3.12 或 3.13 / Python 3.11 to 3.13 is needed" >&2; exit 1; }
	$(PYTHON) .ci/make_venv.py .venv

# A stamp per lock file: what is installed is installed once. The wrapper makes `.venv/bin/console` work anywhere.
.venv/runtime: requirements.lock | .venv/bin/python
	@echo "正在安装依赖，首次约需一分钟 / installing dependencies, about a minute the first time"
	$(PIP) -r requirements.lock
	@printf '#!/bin/sh\nPYTHONPATH="%s" exec "%s/.venv/bin/python" -m console "$$@"\n' "$(CURDIR)" "$(CURDIR)" > $(BIN)/console
	@chmod +x $(BIN)/console
	@touch $@

.venv/development: requirements-dev.lock | .venv/runtime
	$(PIP) -r requirements-dev.lock
	@touch $@
