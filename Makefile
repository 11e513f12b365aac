# make results   run the whole workflow        make test    lint, types, tests
# make report    results/snakemake-report.zip  make clean   remove results
# make template  a workbook for figures of the paper's indicators; then make run CONFIG=that workbook
# make data      pages and tables of the raw files, from their source.yaml
# make check     what a run says, read and checked; nothing is started
# make docs      the site of documents, in site/; NOTEBOOKS=force, after make results, runs the notebooks for it
# make house     the pictures of docs/house.md, from the imports and the rules
# make words     what each language still lacks: those texts are told in English; what is misspelled (hunspell)
# make golden    store what the default run gives, having said what moved
# Needs Python 3.11 to 3.13 and make; everything else goes into .venv.

PYTHON ?= python3
CORES ?= 4
VENV := .venv
BIN := $(VENV)/bin
CONFIG ?=
SNAKEMAKE := $(BIN)/snakemake --cores $(CORES) $(if $(CONFIG),--configfile $(CONFIG))
MONOTOWN := $(BIN)/python -m monotown.commands
CHECKED := src tests workflow benchmarks tools docs/conf.py

export PYTHONHASHSEED := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: results run check template data docs house words golden test lint fix types units report lock clean help

help:
	@sed -n '1,9p' Makefile

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; ok = (3, 11) <= sys.version_info[:2] <= (3, 13); sys.exit(None if ok else "Python 3.11, 3.12 or 3.13 is needed, found " + sys.version.split()[0] + "; name one: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned packages into $(VENV) (about two minutes, once)"
	@$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

results: $(VENV)/.installed
	@$(MONOTOWN) run $(CONFIG) --cores $(CORES)

run: results

check: $(VENV)/.installed
	@$(MONOTOWN) check $(CONFIG)

template: $(VENV)/.installed
	@$(MONOTOWN) new --study kazakhstan

data: $(VENV)/.installed
	@$(BIN)/python -m monotown.workflow.data_pages

# the links between documents are checked: one that leads nowhere stops it
docs: $(VENV)/.installed
	@$(BIN)/python -c 'import furo, myst_nb, sphinx' || { echo "make docs needs more packages: $(BIN)/pip install -e .[docs]" >&2; exit 2; }
	@$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going -c docs -d build/doctrees . site
	@echo "site/index.html"

house: $(VENV)/.installed
	@$(BIN)/python tools/house.py

test: lint types units

lint: $(VENV)/.installed
	$(BIN)/ruff check $(CHECKED) notebooks
	$(BIN)/ruff format --check $(CHECKED) notebooks
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint

types: $(VENV)/.installed
	$(BIN)/mypy

units: $(VENV)/.installed
	$(BIN)/pytest -n 2 --dist worksteal --cov --cov-report=term --cov-fail-under=98 --durations=15

words: $(VENV)/.installed
	@$(BIN)/python -m monotown.workflow.owed

golden:
	@test -z "$(CONFIG)" || { echo "The golden results are those of the default run: make golden" >&2; exit 2; }
	@$(MAKE) --no-print-directory results
	@$(BIN)/python tests/golden_results.py

fix: $(VENV)/.installed
	$(BIN)/ruff check --fix $(CHECKED) notebooks
	$(BIN)/ruff format $(CHECKED) notebooks
	$(BIN)/snakefmt Snakefile workflow

report: results
	@$(SNAKEMAKE) --report results/snakemake-report.zip

lock:
	uv pip compile --universal --no-strip-extras --generate-hashes --no-header --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf results
