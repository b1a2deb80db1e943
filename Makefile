# Every target makes its own environment from the pinned versions when it is missing. `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test check fmt bench campaign pin picture clean

help: ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(READY): constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cyberun-tui needs Python 3.11 or newer; name one with make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

demo: $(READY) ## Open the app on the built-in gateway and the sample collections
	$(BIN)/cyberun-tui demo

test: $(READY) ## Run the tests (under 5 minutes on 2 cores)
	$(BIN)/pytest -q -n 2 --dist loadgroup

check: $(READY) ## Everything CI runs: format, lint, types, floors, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

fmt: $(READY) ## Format and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY) ## Measure on this machine, each figure beside its budget
	$(BIN)/python -m tests.bench

campaign: $(READY) ## Run the reliability campaign in full (long)
	$(BIN)/python -m tests.campaign $(ROWS)

picture: $(READY) ## Draw the pictures of the README and the docs anew
	$(BIN)/python -m tests.pictures

pin: ## Resolve the dependencies anew into constraints.txt (versions and hashes)
	$(PYTHON) -m venv $(VENV)-pin && $(VENV)-pin/bin/pip install --quiet uv
	$(VENV)-pin/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	  --no-emit-index-url --no-header --no-annotate --group dev --all-extras pyproject.toml -o constraints.txt
	rm -rf $(VENV)-pin

clean: ## Remove the environment and caches
	rm -rf $(VENV) $(VENV)-pin .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist
