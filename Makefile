# make serve    the emulator on http://127.0.0.1:4788, with the scenario "happy";
#               also: make serve PORT=4999 HOST=0.0.0.0 SCENARIO=slow
# make test     the whole test suite
# make check    format, lint, types
# make bench    how fast it is, beside the servers that make bench-peers installs
# make image    the container image

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SCENARIO ?= happy
# The flag for a variable that was given to make; many an environment has a PORT for something else.
flag = $(if $(filter command,$(origin $(2))),$(1) '$($(2))')

.PHONY: serve test check format bench bench-peers image clean

serve: $(VENV)/serve.stamp
	$(BIN)/speech-emulator serve --scenario '$(SCENARIO)' $(call flag,--host,HOST) $(call flag,--port,PORT)

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

# pip comes last: where it is missing, the environment was begun and never finished.
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || $(PYTHON) -c 'import sys; sys.exit("this Python cannot make virtual environments; on Debian and Ubuntu: apt install python%d.%d-venv, then make again" % sys.version_info[:2])'
	$(PYTHON) -m venv --clear $(VENV)

$(VENV)/serve.stamp: $(BIN)/pip pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/dev.stamp: $(BIN)/pip pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/serve.stamp
