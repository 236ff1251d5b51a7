# make serve    the emulator on http://127.0.0.1:4788, with the scenario "happy"
# make test     the whole test suite
# make check    format, lint, types
# make bench    how fast it is, beside the servers that make bench-peers installs
# make image    the container image

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SCENARIO ?= happy

.PHONY: serve test check format bench bench-peers image clean

serve: $(VENV)/serve.stamp
	$(BIN)/speech-emulator serve --scenario $(SCENARIO)

test: $(VENV)/dev.stamp
	scripts/test

check: $(VENV)/dev.stamp
	scripts/check

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/dev.stamp
	$(BIN)/python -m bench

bench-peers:
	PYTHON=$(PYTHON) bench/peers/install

image:
	docker build -t speech-emulator .

clean:
	rm -rf $(VENV) build dist .coverage*

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)

$(VENV)/serve.stamp: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/dev.stamp: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/serve.stamp
