# `make` lists what there is to do. Every target sets up .venv when it is missing or stale, and installs nothing when it is current.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup lock reproduce test test-all lint format wheel notebooks pair docs bench mutants clean

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.current
UV_VERSION := $(shell sed -n 's/^uv==\([^ ;]*\).*/\1/p' requirements.lock 2>/dev/null)
EXTRAS := notebook test docs quality bench verify fast rl
NOTEBOOKS := $(wildcard notebooks/*.ipynb)
BENCHMARKS := $(wildcard benchmarks/bench_*.py)
JUPYTEXT := $(BIN)/jupytext --quiet --opt notebook_metadata_filter=kernelspec,-jupytext --opt cell_metadata_filter=-all
PYTEST := MPLBACKEND=Agg $(BIN)/python -m pytest -n 2 --dist loadfile

# Two worker processes on two cores: more threads in the linear algebra would only fight over them, and change last digits.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export MKL_NUM_THREADS := 1

# Tools keep caches and settings in the home folder; where it, or the cache in it, cannot be written to, in .venv.
writable = $(shell d='$(1)'; while [ -n "$$d" ] && [ ! -e "$$d" ]; do d=$$(dirname "$$d"); done; [ -d "$$d" ] && [ -w "$$d" ] && echo yes)
ifneq ($(call writable,$(HOME)),yes)
export HOME := $(CURDIR)/.venv/home
endif
ifneq ($(call writable,$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/uv),yes)
export XDG_CACHE_HOME := $(CURDIR)/.venv/cache
endif

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- Environment ------------------------------------------------------------------------------------------------------

setup: $(STAMP)  ## Set up .venv from requirements.lock (nothing is done when it is current)

$(BIN)/uv:
	@echo "Setting up .venv (a minute or two the first time)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv$(addprefix ==,$(UV_VERSION))"

$(STAMP): pyproject.toml requirements.lock | $(BIN)/uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

lock: | $(BIN)/uv  ## Bring requirements.lock up to pyproject.toml (UPGRADE=1: newest versions of everything)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) \
	  $(addprefix --extra ,$(EXTRAS)) --group dev --output-file requirements.lock pyproject.toml
	@! grep -n '://' requirements.lock || { echo "requirements.lock must not hold addresses"; exit 1; }

# --- The main jobs ----------------------------------------------------------------------------------------------------

reproduce: $(STAMP)  ## Analyse the examples, draw the figures, run the learners, write figures/out/report.html
	MPLBACKEND=Agg $(BIN)/lase reproduce --scale quick

test: $(STAMP)  ## Run the tests (without those marked slow)
	$(PYTEST)

test-all: $(STAMP)  ## Run all tests, slow ones too
	$(PYTEST) -m ""

# --- Quality ----------------------------------------------------------------------------------------------------------

lint: $(STAMP)  ## Check style, docstrings, types, spelling and the shape of the repository
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell
	$(BIN)/repo-review --show err .

format: $(STAMP)  ## Put the code in its standard form and repair what can be repaired
	$(BIN)/ruff check --fix --show-fixes .
	$(BIN)/ruff format .

mutants: $(STAMP)  ## Check that hand-made mistakes in the core are caught by the tests
	$(BIN)/python tests/mutants.py

wheel: $(STAMP)  ## Build the wheel, and try it in a clean environment, without extras
	rm -rf build/wheel
	$(BIN)/uv build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir build/wheel
	$(BIN)/uv venv --quiet --python $(BIN)/python build/wheel/.venv
	$(BIN)/uv pip install --quiet --python build/wheel/.venv/bin/python --constraint requirements.lock build/wheel/*.whl
	cp examples/prisoners_dilemma.nfg build/wheel
	cd build/wheel && .venv/bin/lase --help > help.txt && .venv/bin/lase train --help > help.txt && .venv/bin/lase figures --help > help.txt
	cd build/wheel && .venv/bin/lase analyse prisoners_dilemma.nfg
	cd build/wheel && .venv/bin/lase train coin --episodes 32 --out run > run.txt && .venv/bin/lase train --resume run

# --- Notebooks, documentation, benchmarks -----------------------------------------------------------------------------

notebooks: $(STAMP)  ## Check that notebooks match their text twins, and execute them
ifeq ($(NOTEBOOKS),)
	@echo "no notebooks in notebooks/"
else
	@for notebook in $(NOTEBOOKS); do \
	  twin=$${notebook%.ipynb}.py; \
	  test -f $$twin || { echo "$$notebook has no text twin $$twin: run 'make pair'"; exit 1; }; \
	  $(JUPYTEXT) --to py:percent --output - $$notebook | diff -u $$twin - \
	  || { echo "$$notebook and $$twin differ: run 'make pair' (the newer one wins)"; exit 1; }; \
	done
	$(BIN)/python -m pytest -n 2 --nbmake --nbmake-timeout=120 $(NOTEBOOKS)
endif

pair: $(STAMP)  ## Bring each notebook and its text twin together (the newer one wins), and store its outputs
	$(JUPYTEXT) --sync $(NOTEBOOKS)
	$(BIN)/jupyter nbconvert --log-level ERROR --to notebook --execute --inplace \
	  --ClearMetadataPreprocessor.enabled=True --ClearMetadataPreprocessor.preserve_nb_metadata_mask="{'kernelspec', 'language_info'}" $(NOTEBOOKS)

docs: $(STAMP)  ## Build the documentation into docs/_build/html
	$(BIN)/sphinx-build -W --keep-going -E -q -b html docs docs/_build/html

bench: $(STAMP)  ## Run the benchmarks, peers beside the project
	@for script in $(BENCHMARKS); do echo "== $$script"; $(BIN)/python $$script || exit 1; done

clean:  ## Remove everything that make made
	rm -rf .venv build dist docs/_build docs/generated docs/notebooks figures/out .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
