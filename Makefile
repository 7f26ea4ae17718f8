# The commands an operator needs. Each sets up what it needs in .venv first.
PYTHON ?= python3
VENV := .venv/bin
READY := .venv/.ready

.PHONY: chat telegram test lint bench check understand report

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON to one.")' >&2
	@test -x $(VENV)/python || $(PYTHON) -m venv .venv >&2
	@$(VENV)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1" >&2
	@$(VENV)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev >&2
	@touch $(READY)

chat: $(READY)
	@$(VENV)/python -m bot chat

telegram: $(READY)
	@$(VENV)/python -m bot telegram

test: $(READY)
	@$(VENV)/python -m pytest --cov --cov-report=term-missing

lint: $(READY)
	@$(VENV)/python -m ruff check .
	@$(VENV)/python -m ruff format --check .
	@$(VENV)/python -m mypy

bench: $(READY)
	@$(VENV)/python -m tests.bench

check: $(READY)
	@$(VENV)/python -m bot check
