# make compare   set up and see a learning rule in fixed point beside float
# make test      set up and run the tests
# make check     what CI runs: tests, lint, types, docs, examples
# make oldest    the oldest numpy, numba and lark allowed; make newest: the newest
# make supply    a wheel built twice, tried on each Python; its parts, licences and faults
# make bite      small faults in source and kernels, which tests must catch
# make soak      a million steps, and ten thousand networks
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RULE ?= stdp-loihi
MACHINE ?= LAVA
OUT ?= out

.PHONY: compare test check lint types docs examples oldest newest supply bite soak benchmark performance regression clean

compare: $(VENV)/run.stamp
	$(BIN)/loihi-emu compare $(RULE) --machine $(MACHINE) --out $(OUT)

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -q

check: test lint types docs examples regression oldest

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/dev.stamp
	$(BIN)/mypy

docs: $(VENV)/docs.stamp
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html

examples: $(VENV)/docs.stamp
	$(BIN)/python -m pytest -q examples --override-ini=testpaths=examples

oldest newest: $(VENV)/bin/python
	$(BIN)/python -m tests.versions $@

supply soak: $(VENV)/dev.stamp
	$(BIN)/python -m tests.$@

bite: $(VENV)/dev.stamp
	$(BIN)/python -m tests.mutation
	$(BIN)/python -m tests.sabotage

benchmark: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks

performance: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.performance

regression: $(VENV)/dev.stamp
	$(BIN)/python -m benchmarks.regression

clean:
	rm -rf $(VENV) $(OUT) docs/_build

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install -q -e '.[all]'
	touch $@

$(VENV)/dev.stamp: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install -q -e '.[dev]'
	touch $@ $(VENV)/run.stamp

$(VENV)/docs.stamp: $(VENV)/dev.stamp
	$(BIN)/python -m pip install -q -e '.[docs,examples]'
	touch $@
