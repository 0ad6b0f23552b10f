# `make demo` and `make test` are all that a newcomer needs: Python >= 3.12, make and git.
SHELL := /bin/bash
.DEFAULT_GOAL := help
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
# Tests run on a stack of their own, beside a stack that may already be up.
TEST_PORT_BASE ?= 24000
TRIALS ?= 1000
KILLS ?= 100
ROUNDS ?= 4

# Compiled modules are kept beside their sources, whatever the caller's habit: commands start several times faster.
export PYTHONDONTWRITEBYTECODE :=
# Whom to believe is the machine's to say: behind a proxy that reads TLS its authority is known there alone.
export UV_SYSTEM_CERTS := true

.PHONY: help demo up down check test test-production proof drills bench bench-billion lock wheel clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

# The environment is made again when the locked requirements change, and only then.
$(VENV)/.ready: requirements.txt pyproject.toml
	@python=$$(for p in $(PYTHON) python3 python3.14 python3.13 python3.12; do \
	  "$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1 && { echo "$$p"; break; }; done); \
	if [ -z "$$python" ]; then \
	  echo "stormproof needs Python 3.12 or newer with its venv module: none of python3, python3.14, python3.13, python3.12 is." >&2; \
	  echo "Install one (Debian 13, Ubuntu 24.04: apt install python3 python3-venv; elsewhere: uv python install 3.13, or pyenv install 3.13) or name it: make PYTHON=/path/to/python3.13 $(MAKECMDGOALS)" >&2; \
	  exit 2; fi; \
	echo "Preparing $(VENV) with $$("$$python" --version): 150 packages, once (a minute or two)"; \
	"$$python" -m venv --clear $(VENV) && \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) && \
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.txt && \
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

demo: $(VENV)/.ready ## the main job: real stack, load, faults, verdict, report
	@$(BIN)/stormproof demo

up: $(VENV)/.ready ## start the real stack on this machine
	@$(BIN)/stormproof up

down: $(VENV)/.ready ## stop it (data stay)
	@$(BIN)/stormproof down

check: $(VENV)/.ready ## style, types, import rules: seconds
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check ## every check and test, against the real stack
	STORMPROOF_PORT_BASE=$(TEST_PORT_BASE) $(BIN)/python -m pytest tests

test-production: $(VENV)/.ready ## checks that need further tools: prometheus, chromium, faketime (Debian), kubernetes-validate, axe-playwright-python (PyPI)
	STORMPROOF_PORT_BASE=$(TEST_PORT_BASE) $(BIN)/python -m pytest -m production tests

proof: $(VENV)/.ready ## the long proofs; stopped, they go on where they were: make proof TRIALS=1000
	STORMPROOF_PORT_BASE=$(TEST_PORT_BASE) $(BIN)/python -m tests.reference_service.durability --trials $(TRIALS)
	STORMPROOF_PORT_BASE=$(TEST_PORT_BASE) $(BIN)/python -m tests.chaos.undo_proof --trials $(KILLS)
	STORMPROOF_PORT_BASE=$(TEST_PORT_BASE) STORMPROOF_MATRIX_ROUNDS=$(ROUNDS) $(BIN)/python -m pytest \
	  tests/reference_service/degradation/test_matrix.py
	STORMPROOF_PORT_BASE=$(TEST_PORT_BASE) $(BIN)/python -m pytest -m proof tests
	STORMPROOF_PORT_BASE=$(TEST_PORT_BASE) $(BIN)/python -m pytest -m hypothesis --hypothesis-profile=explore tests
	@$(MAKE) --no-print-directory drills

drills: $(VENV)/.ready ## every drill by the clock, half an hour: make drills NAME="node-lost canary"
	STORMPROOF_PORT_BASE=$(TEST_PORT_BASE) $(BIN)/stormproof drill $(or $(NAME),all)

bench: $(VENV)/.ready ## the figures: make bench NAME=dispatch_lag, or all of them
	@$(BIN)/python -m benchmarks $(NAME)

bench-billion: $(VENV)/.ready ## a billion requests judged, generated first: minutes, 6 GB of disk
	@$(BIN)/python -m benchmarks slo_billion

lock: $(VENV)/.ready ## resolve the requirements again, without download addresses
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.12 \
	  --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements.txt

wheel: $(VENV)/.ready ## build the wheel and the source archive into dist/
	$(BIN)/uv build --quiet --offline --no-build-isolation --python $(BIN)/python --out-dir dist

clean: ## remove what was made in this folder (downloads and data stay in the user's cache)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build dist *.egg-info
