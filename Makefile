# make results   run the whole workflow        make test    lint, types, tests
# make report    results/snakemake-report.zip  make clean   remove results
# make template  a workbook for figures of the paper's indicators; then make run CONFIG=that workbook
# make data      pages and tables of the raw files, from their source.yaml
# make check     what a run says, read and checked; nothing is started
# make house     the pictures of docs/house.md, from the imports and the rules
# make words     what each language still lacks: those texts are told in English; what is misspelled (hunspell)
# make golden    store what the default run gives, having said what moved
# make mutation  changes of a package that no test notices: PACKAGE=index SAMPLE=30 (hours for 300)
# make wheel     the wheel in dist;  make version  CITATION.cff and codemeta.json, from pyproject.toml
# Needs Python 3.11 to 3.13 and make; everything else goes into .venv.

PYTHON ?= python3
CORES ?= 4
VENV := .venv
BIN := $(VENV)/bin
CONFIG ?=
PACKAGE ?= index
SAMPLE ?= 300
SNAKEMAKE := $(BIN)/snakemake --cores $(CORES) $(if $(CONFIG),--configfile $(CONFIG))
MONOTOWN := $(BIN)/python -m monotown.commands
CHECKED := src tests workflow benchmarks tools

export PYTHONHASHSEED := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: results run check template data house words golden test lint fix types units mutation wheel version report lock clean help

help:
	@sed -n '1,/^# Needs/p' Makefile

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

# mutmut and what it needs come beside the pinned packages, which stay as they are
mutation: $(VENV)/.installed
	@$(BIN)/python -c 'import mutmut' 2>/dev/null || $(BIN)/pip install --quiet --no-build-isolation -e '.[mutation]'
	@nice -n 19 $(BIN)/python tools/mutation.py $(PACKAGE) --sample $(SAMPLE)

wheel: $(VENV)/.installed
	@rm -rf build dist
	@$(BIN)/pip wheel --quiet --no-deps --no-build-isolation -w dist .
	@ls dist

version: $(VENV)/.installed
	@$(BIN)/python tools/release.py

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
