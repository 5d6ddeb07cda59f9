# make run · test · check · soak · bench: the only commands to remember.
# make run ARGS=--demo-cloud starts a second AI server that plays the cloud.

SHELL = /bin/sh
MAKEFLAGS += --no-print-directory
BIN = .venv/bin
NPM = sh scripts/npm.sh
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check
PAGE = src/bmo/app/page/index.html
PAGE_SOURCES = $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' 2>/dev/null)

# What tests need from Debian: command or file = package.
DEBIAN_FOR_TESTS = chromium=chromium nginx=nginx-light curl=curl
# Models that only tests need at first; people pull them when they want them.
MODELS_FOR_TESTS = ssdlite-mobilenet-v2-coco all-minilm-l6-v2-int8
# The fuzzer is slow to start, and loses tests when workers share them.
NO_FUZZ = -p no:schemathesis --ignore tests/fuzz
# Models for the tests with real engines; shared by all checkouts of this person.
BMO_TEST_MODELS ?= $(HOME)/.cache/bmo-test-models
export BMO_TEST_MODELS

.PHONY: run test check soak bench setup setup-dev debian test-models

run: setup $(PAGE)
	@exec $(BIN)/bmo run $(ARGS)

test: debian setup-dev $(PAGE) test-models check
	$(BIN)/pytest -n 2 --dist loadgroup $(NO_FUZZ) -m "real and not soak" --durations=10
	$(BIN)/pytest tests/fuzz -m "not soak"

check: setup-dev web/node_modules/.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(NPM) run --silent check
	$(BIN)/pytest -n 2 $(NO_FUZZ) -m "not real and not soak"

soak: setup-dev $(PAGE) test-models
	BMO_EXAMPLES=thorough $(BIN)/pytest -n 2 --dist loadgroup $(NO_FUZZ) -m "not soak" tests/unit tests/wire tests/contract
	$(BIN)/pytest -m soak

bench: setup-dev $(PAGE) test-models
	@for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

# -- how the above get ready; each step runs again only when its inputs changed

setup: .venv/.stamp-run
setup-dev: .venv/.stamp-dev

.venv/bin/pip:
	@sh scripts/venv.sh

.venv/.stamp-run: .venv/bin/pip requirements/run.txt pyproject.toml
	@echo "Installing what BMO needs into .venv ..."
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.stamp-dev: .venv/.stamp-run requirements/dev.txt
	@echo "Installing what the tests need into .venv ..."
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

web/node_modules/.stamp: .venv/.stamp-run web/package.json web/package-lock.json
	@echo "Installing what the page is built with ..."
	@$(NPM) ci --loglevel=error --no-audit --no-fund >/dev/null
	@touch $@

$(PAGE): web/node_modules/.stamp $(PAGE_SOURCES)
	@echo "Building the page ..."
	@$(NPM) run --loglevel=error build -- --logLevel warn
	@touch $@

debian:
	@sh scripts/debian.sh $(DEBIAN_FOR_TESTS) || { [ "$$CI" != true ] && echo "Tests that need them are skipped."; }

test-models: setup
	@export BMO_AI_SERVER__MODELS_DIR="$(BMO_TEST_MODELS)"; \
		$(BIN)/bmo models pull && $(BIN)/bmo models pull $(MODELS_FOR_TESTS) \
		|| { [ "$$CI" != true ] && echo "Tests that need the models are skipped."; }
