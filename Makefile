# make run    the bot; without a token the demonstration
# make test   the whole suite, and the directions of imports
# make lint   format, lint and types, as CI checks them
# make release-check   the whole suite with far more examples; it fails on a missing translation
# make bench  every benchmark, beside the programs it compares with; takes half an hour
# make model  the model of labels, after a change of its examples or of the word lists
# make catalogues   what the bot says, into the catalogues of its languages
# make lock   new pinned versions, after a change of dependencies in pyproject.toml

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test lint lock catalogues model bench release-check

run: $(VENV)/run.stamp
	@$(BIN)/policy-herald run --or-demo

# Each process that a test starts would compile all its modules anew.
unexport PYTHONDONTWRITEBYTECODE

test: $(VENV)/test.stamp
	@$(BIN)/python -m pytest -q -n 3 --dist worksteal
	@$(BIN)/lint-imports --no-cache >/dev/null || $(BIN)/lint-imports --no-cache

release-check: export HERALD_RELEASE := 1
release-check: test

lint: $(VENV)/test.stamp
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --quiet --extra detect --extra postgres pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --quiet --extra test pyproject.toml -o requirements-test.lock

$(VENV)/run.stamp: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV) …"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/test.stamp: requirements-test.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV) …"
	@$(PIP) install --require-hashes -r requirements-test.lock
	@$(PIP) install --no-deps --editable .
	@touch $@

catalogues: $(VENV)/test.stamp
	@$(BIN)/python -m tools.catalogues

model: $(VENV)/test.stamp
	@$(PIP) install --editable .[train]
	@$(BIN)/python -m tools.label_model
	@$(BIN)/python -m tools.stage_model
	@$(BIN)/python -m tools.date_model

bench: $(VENV)/test.stamp
	@$(BIN)/python -m benchmarks
