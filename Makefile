# Each target makes ready what it needs: see tools/setup.sh. `make run ARGS=my.slug` and `make test PYTEST="-k name"`
# pass on what you add.
python := .venv/bin/python
sources := slugstudio tests tools benchmarks

.PHONY: help run test lint types coverage format pages parity bench bench-ui learning torture wheel lock clean

help:
	@echo "make run       open the studio; without a display, train its starter project here"
	@echo "make test      lint, types, import contracts and all tests"
	@echo "make lint      ruff and the import contracts      make format    let ruff mend what it can"
	@echo "make types     mypy                               make lock      renew requirements/ from pyproject.toml"
	@echo "make bench     the engine's speed beside PyTorch, JAX, Keras and scikit-learn; writes docs/performance.md"
	@echo "make bench-ui  how smoothly the window runs beside a training"
	@echo "make learning  how well networks learn, beside PyTorch's"
	@echo "make parity    our numbers and exported programs beside PyTorch and Keras; ARGS=--record keeps PyTorch's for make test"
	@echo "make torture   a project file damaged in every way, and 200 random networks exported; ARGS='--folder DIR' keeps the files"
	@echo "make pages     docs/layers, from the declarations"
	@echo "make wheel     build dist/*.whl                   make clean     remove what was built, but for .venv"

run:
	@tools/setup.sh run
	@exec $(python) -m slugstudio $(ARGS)

test: lint types
	@tools/setup.sh test
	$(python) -m coverage erase
	$(python) -m coverage run -m pytest $(PYTEST)
	@$(MAKE) --no-print-directory coverage

lint:
	@tools/setup.sh tools
	$(python) -m ruff check $(sources)
	$(python) -m ruff format --check $(sources)
	.venv/bin/lint-imports --no-logo

types:
	@tools/setup.sh tools
	$(python) -m mypy

# The studio's share is told; everything below it is covered in full.
coverage:
	$(python) -m coverage combine --quiet
	$(python) -m coverage report --include 'slugstudio/ui/*'
	$(python) -m coverage report --omit 'slugstudio/ui/*' --fail-under 100

format:
	@tools/setup.sh tools
	$(python) -m ruff check --fix $(sources)
	$(python) -m ruff format $(sources)

pages:
	@tools/setup.sh tools
	$(python) -m tools.make_pages
	$(python) -m tools.make_translations

parity:
	@tools/setup.sh parity
	.venv-parity/bin/python -m tools.parity $(ARGS)

learning:
	@tools/setup.sh parity
	.venv-parity/bin/python -m benchmarks.learning $(ARGS)

torture:
	@tools/setup.sh test
	$(python) -m tests.torture.run $(ARGS)
	$(python) -m tests.torture.exports
	$(python) -m tests.torture.histories

bench:
	@tools/setup.sh bench
	.venv-bench/bin/python -m benchmarks.bench $(ARGS)

bench-ui:
	@tools/setup.sh test
	$(python) -m benchmarks.startup
	$(python) -m benchmarks.editing
	$(python) -m benchmarks.bench_ui $(ARGS)
	$(python) -m benchmarks.forecast

wheel:
	@tools/setup.sh tools
	$(python) -m hatchling build --target wheel

lock:
	@tools/setup.sh tools
	$(python) tools/lock.py

clean:
	rm -rf build dist htmlcov .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find $(sources) -name __pycache__ -prune -exec rm -r {} +
