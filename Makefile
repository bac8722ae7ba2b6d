# Nacre on a fresh machine: `make demo` fits a model, `make test` runs the tests.
# Each needs only Python 3.11 or newer and make; what they install goes into .venv, once.

PYTHON ?= $(shell for p in python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

VENV := .venv
BIN := $(VENV)/bin
FITS := fits

# Tests run two at a time; threads inside each would only get in each other's way.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow lint format bench clean

help:  ## show this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/nacre.done  ## fit the radon example on its data
	$(BIN)/nacre fit examples/radon/radon.ppl --data examples/radon/radon.csv -o $(FITS)/radon

test: $(VENV)/test.done  ## run the tests, without the slow ones
	$(PYTEST) -n 2 -m "not slow"

test-slow: $(VENV)/test.done  ## run the slow tests: statistics, whole fits
	$(PYTEST) -n 2 -m slow

lint: $(VENV)/test.done  ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy grammar compiler runtime *.py

format: $(VENV)/test.done  ## put the Python files in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/benchmark.done  ## measure, side by side with the peers
	$(BIN)/python -m benchmarks

clean:  ## remove the environment and what was fitted
	rm -rf $(VENV) $(FITS)

# --- installation ---------------------------------------------------------------------------------
# A stamp file for each set of packages: up to date until the list of packages changes.
# The constraints hold every version, torch's above all, whatever an extra asks for.

INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

$(VENV)/python.done:
	@test -n "$(PYTHON)" || { echo "Nacre needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) setuptools
	@touch $@

$(VENV)/nacre.done: $(VENV)/python.done pyproject.toml constraints.txt
	@echo "installing Nacre and torch into $(VENV): some minutes the first time"
	$(INSTALL) --no-build-isolation --editable .
	@touch $@

$(VENV)/test.done: $(VENV)/nacre.done
	$(INSTALL) --no-build-isolation --editable ".[test,plots]"
	@touch $@

$(VENV)/benchmark.done: $(VENV)/nacre.done
	$(INSTALL) --no-build-isolation --editable ".[benchmark]"
	@touch $@
