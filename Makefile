# Everything Tape needs is set up by the first target that needs it. `make run` and `make test` are the two to know.
PYTHON ?= python3
# PyTorch's CPU build: make run TORCH_FLAGS="--index-url <the CPU address that PyTorch's install page shows>"
TORCH_FLAGS ?=
DATA ?= ../shared/data/eval
BIN := .venv/bin
READY := .venv/ready

.PHONY: run test check lint types imports unit eval chaos pictures bench train-sentiment format setup clean

run: $(READY)
	$(BIN)/tape run

test: lint types imports unit

setup: $(READY)

$(READY): requirements.lock requirements-bare.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -c "import torch" 2>/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check $(TORCH_FLAGS) "$$(grep '^torch==' requirements.lock)"
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -r requirements-bare.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

imports: $(READY)
	$(BIN)/lint-imports

# What watches a clock, or kills what it starts, has the cores alone; the rest shares them.
ALONE := tests/faults $(addprefix tests/flows/test_,run.py run_http.py slack_busy.py slack_faults.py sockets.py)

unit: $(READY)
	$(BIN)/pytest -n auto --dist loadfile tests $(addprefix --ignore=,$(ALONE))
	$(BIN)/pytest $(ALONE)

eval: $(READY)
	$(BIN)/tape eval --data $(DATA) --thresholds tests/evals/thresholds.toml --readme README.md

# Writes retrieval/language/data/sentiment.safetensors anew; two hours on two cores.
train-sentiment: $(READY)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -r requirements-train.lock
	$(BIN)/python scripts/train_sentiment.py --headlines $(DATA)/entity_sentiment.jsonl

# Storms and kills at full length: ten minutes.
chaos: $(READY)
	$(BIN)/pytest -s --long tests/faults

# The pictures of README and docs, taken on the newcomer's walk.
pictures: $(READY)
	$(BIN)/pytest tests/flows/test_newcomer.py --pictures docs/pictures

bench: $(READY)
	$(BIN)/tape bench

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info
