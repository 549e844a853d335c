# `make demo` runs the main job on a made-up label, `make test` the tests; each makes .venv from the lock by itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Where a machine sets it, every command would compile the project anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test lint build docs bench bench-scale spark clean

demo: $(VENV)/.run
	$(BIN)/python cli.py demo

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint models tests --processes 2
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/.run
	$(BIN)/python cli.py docs

bench: $(VENV)/.dev
	$(BIN)/python bench/run.py

bench-scale: $(VENV)/.dev $(VENV)/.spark
	$(BIN)/python bench/scale.py

spark: $(VENV)/.spark
	$(BIN)/python cli.py compare duckdb spark

$(VENV)/.run: requirements.lock
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --compile --require-hashes -r requirements.lock
	touch $@

$(VENV)/.dev: requirements-dev.lock
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --compile --require-hashes -r requirements-dev.lock
	touch $(VENV)/.run $@

$(VENV)/.spark: requirements-spark.lock
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --compile --require-hashes -r requirements-spark.lock
	touch $(VENV)/.run $@

clean:
	rm -rf $(VENV) target logs
