# make results   run the whole workflow        make test    lint, types, tests
# make report    results/snakemake-report.zip  make clean   remove results
# make template  a workbook for figures of the paper's indicators; then make run CONFIG=that workbook
# make data      pages and tables of the raw files, from their source.yaml
# make check     what a run says, read and checked; nothing is started
# make docs      the site of documents, in site/; NOTEBOOKS=force, after make results, runs the notebooks for it
# make house     the pictures of docs/house.md, from the imports and the rules
# make words     what each language still lacks: those texts are told in English; what is misspelled (hunspell)
# make golden    store what the default run gives, having said what moved
# make mutation  changes of a package that no test notices: PACKAGE=index SAMPLE=30 (hours for 300)
# make wheel     the wheel in dist;  make version  CITATION.cff and codemeta.json, from pyproject.toml
# make lock      pin what pyproject.toml asks for: to run, to develop, the lowest, and for conda; needs uv
# make test-all  make test, and the default run on other Pythons, locales, folders and the lowest packages
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
PIP := $(BIN)/pip install --quiet --no-compile
PINS := uv pip compile --quiet --universal --no-strip-extras --generate-hashes --no-header pyproject.toml
CHECKED := src tests workflow benchmarks tools docs/conf.py

export PYTHONHASHSEED := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: results run check template data docs house words golden test test-all lint fix types units mutation wheel version report lock clean help

help:
	@sed -n '1,/^# Needs/p' Makefile

# What a run needs. Python compiles what is imported: compiled beforehand, a third of the space would be code that no run uses.
$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; ok = (3, 11) <= sys.version_info[:2] <= (3, 13); sys.exit(None if ok else "Python 3.11, 3.12 or 3.13 is needed, found " + sys.version.split()[0] + "; name one: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the packages of a run into $(VENV) (about a minute, once)"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

# Those, and what develops and tests.
$(VENV)/.developed: requirements-dev.lock $(VENV)/.installed
	@echo "Installing the packages of development into $(VENV) (about a minute, once)"
	@$(PIP) --require-hashes -r requirements-dev.lock
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
docs: $(VENV)/.developed
	@$(BIN)/python -c 'import furo, myst_nb, sphinx' || { echo "make docs needs more packages: $(BIN)/pip install -e .[docs]" >&2; exit 2; }
	@$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going -c docs -d build/doctrees . site
	@echo "site/index.html"

house: $(VENV)/.developed
	@$(BIN)/python tools/house.py

test: lint types units

test-all: test
	@$(BIN)/python tools/variants.py all

lint: $(VENV)/.developed
	$(BIN)/ruff check $(CHECKED) notebooks
	$(BIN)/ruff format --check $(CHECKED) notebooks
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint

types: $(VENV)/.developed
	$(BIN)/mypy

units: $(VENV)/.developed
	$(BIN)/pytest -n 2 --dist worksteal --cov --cov-report=term --cov-fail-under=98 --durations=15

# mutmut and what it needs come beside the pinned packages, which stay as they are
mutation: $(VENV)/.developed
	@$(BIN)/python -c 'import mutmut' 2>/dev/null || $(BIN)/pip install --quiet --no-build-isolation -e '.[mutation]'
	@nice -n 19 $(BIN)/python tools/mutation.py $(PACKAGE) --sample $(SAMPLE)

wheel: $(VENV)/.developed
	@rm -rf build dist
	@$(BIN)/pip wheel --quiet --no-deps --no-build-isolation -w dist .
	@ls dist

version: $(VENV)/.developed
	@$(BIN)/python tools/release.py

words: $(VENV)/.developed
	@$(BIN)/python -m monotown.workflow.owed

golden:
	@test -z "$(CONFIG)" || { echo "The golden results are those of the default run: make golden" >&2; exit 2; }
	@$(MAKE) --no-print-directory results
	@$(BIN)/python tests/golden_results.py

fix: $(VENV)/.developed
	$(BIN)/ruff check --fix $(CHECKED) notebooks
	$(BIN)/ruff format $(CHECKED) notebooks
	$(BIN)/snakefmt Snakefile workflow

report: results
	@$(SNAKEMAKE) --report results/snakemake-report.zip

lock:
	$(PINS) --extra build -o requirements.lock
	$(PINS) --extra dev -c requirements.lock -o requirements-dev.lock
	$(PINS) --extra build --resolution lowest-direct -o requirements-lowest.lock
	$(PYTHON) tools/conda_file.py

clean:
	rm -rf results
