# make run   — set up, build the index, serve on http://127.0.0.1:8000 and print where to look
# make test  — install what the tests need and run them
PYTHON ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin
# Another index for torch, e.g. TORCH_INDEX=https://download.pytorch.org/whl/cpu where the default would bring CUDA.
TORCH_INDEX ?=
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
ifeq (,$(shell command -v $(PYTHON) 2>/dev/null))
PYTHON := python3
endif

.PHONY: run test test-faults lint format clean test-external bench evaluate encoder

run: $(VENV)/.installed
	@$(BIN)/gongyou serve

test: $(VENV)/.installed-test
	@$(BIN)/python -m pytest -q

# The long versions of what breaks under load: about half an hour.
test-faults: $(VENV)/.installed-test
	GONGYOU_FAULTS=long $(BIN)/python -m pytest -q tests/faults

# torch first and alone, at the pinned version: whatever asks for it later finds it there.
$(VENV)/.installed: pyproject.toml constraints.txt
	@echo "Setting up $(VENV) (a few minutes the first time) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --upgrade "pip>=23.2" "setuptools>=77" wheel
	@$(PIP) install $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) "$$(grep '^torch==' constraints.txt)"
	@$(PIP) install -c constraints.txt -e .
	@$(PIP) install --no-deps "$$(grep '^django-htmx==' constraints.txt)"
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@$(PIP) install -c constraints.txt -e ".[test,lint]"
	@touch $@

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Checks against public data that is not part of the project; DATA names the folder that holds it.
DATA ?= ../shared/data
test-external: $(VENV)/.installed-test
	GONGYOU_DATA_DIR=$(DATA) $(BIN)/python -m pytest -q tests/external

evaluate: $(VENV)/.installed-test
	$(BIN)/gongyou evaluate retrieval tests/data/retrieval_dev.jsonl --baseline tests/data/retrieval_baseline.json
	$(BIN)/gongyou evaluate intents tests/data/intents_dev.jsonl --baseline tests/data/intents_baseline.json

bench: $(VENV)/.installed-test
	$(BIN)/gongyou bench --articles $(DATA)/stard/articles.jsonl.gz

encoder: $(VENV)/.installed
	$(BIN)/gongyou train-encoder --data $(DATA) --output indexes/encoder

clean:
	rm -rf $(VENV) var build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
