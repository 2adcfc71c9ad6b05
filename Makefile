# Everything these write lies in this folder: .venv, build, data, node_modules.
# `make run` needs Python 3.11 or later and nothing else.

FITS := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$name -c '$(FITS)' 2>/dev/null && echo $$name && break; done)
BIN := .venv/bin
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
# Checks read the settings: with a home of their own they leave ./data alone.
CHECK := PLAINSPOKEN_HOME=build/check DJANGO_SETTINGS_MODULE=plainspoken.config.settings

.PHONY: run install develop test check bench chaos screenshots fuzz lock messages clean python

run: install
	@exec $(BIN)/plainspoken run --demo --end-with-parent

install: python
	@$(PYTHON) tools/install.py

develop: python
	@$(PYTHON) tools/install.py develop

python:
	@test -n "$(PYTHON)" || { echo "Plainspoken needs Python 3.11 or later, and found none." \
		"Install one, or name it: make run PYTHON=/path/to/python3" >&2; exit 1; }

test: develop
	$(BIN)/pytest -n 2 --dist worksteal

check: develop
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(CHECK) $(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet src
	$(BIN)/python tools/messages.py --check
	$(BIN)/pytest tests/test_tidy.py
	$(CHECK) $(BIN)/python -W ignore::RuntimeWarning -m django makemigrations --check --dry-run

# Every page in both languages and themes, wide and narrow, in build/screenshots; the README's picture is one of them.
screenshots: develop
	$(BIN)/python tools/screenshots.py

# Fills build/bench/SIZE, or the empty database of DATABASE_URL, with a firm of that many cases, and measures.
# HOW="--keep" takes what an earlier version filled; HOW="--only inbox search" measures only what is named.
SIZE ?= 100000
OUT ?= bench.jsonl
bench: install
	@exec $(BIN)/python -m bench --size $(SIZE) --out $(OUT) $(HOW)

# Feeds what reads mail with damaged input; led by the branches it reaches where atheris can be installed.
SECONDS ?= 120
fuzz: develop
	@$(BIN)/pip install --quiet --require-hashes --only-binary :all: -r requirements/fuzz.lock || \
		echo "Without atheris: inputs are damaged at random." >&2
	@exec $(BIN)/python tools/fuzz.py --seconds $(SECONDS)

# Lets SEEDS storms rage over the real processes, of one and two nodes by turns, then tells a few years by chance.
SEEDS ?= 10
FIRST ?= 1
chaos: develop
	PYTHONPATH=src:tests:. $(BIN)/python -m chaos --seeds $(SEEDS) --first $(FIRST)
	SIMULATION_YEARS=20 SIMULATION_STEPS=40 $(BIN)/pytest -n 0 tests/simulation

lock: develop
	$(LOCK) -o requirements/run.lock requirements/run.in
	$(LOCK) -o requirements/develop.lock -c requirements/run.lock requirements/develop.in
	$(LOCK) -o requirements/build.lock requirements/build.in
	$(LOCK) -o requirements/node.lock requirements/node.in
	$(LOCK) -o requirements/fuzz.lock requirements/fuzz.in

messages: install
	$(BIN)/python tools/messages.py

# The data of the demo (./data) stays: remove it by hand to begin anew.
clean:
	rm -rf .venv build frontend/node_modules tests/e2e/node_modules src/plainspoken/static
