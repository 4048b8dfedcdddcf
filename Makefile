# Everything sets itself up: `make run` opens the window, `make test` runs the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PHOTOS ?= ../shared/data/photos

.PHONY: run test test-core test-window test-hard lint format bench accuracy published measure-window screenshots soak package test-package clean

run: $(VENV)/.installed
	@packaging/system_libraries.sh
	$(BIN)/python -m app

test: test-core test-window

# A file of tests at a time on each of two cores. A process that dies ends the run and is told: tests that are given
# to another one may wait for each other for ever.
PARALLEL := -n 2 --dist loadfile --max-worker-restart=0
WITHOUT_QT := --ignore=tests/ui -p no:pytest-qt -p tests.without_qt

# The core knows nothing of Qt: its tests run with PySide6 not importable.
test-core: $(VENV)/.installed-dev
	@packaging/system_libraries.sh faults
	$(BIN)/python -m pytest tests -m "not hard" $(PARALLEL) $(WITHOUT_QT)

test-window: $(VENV)/.installed-dev
	@packaging/system_libraries.sh test
	$(BIN)/python -m pytest tests/ui -m "not hard" $(PARALLEL)

# Kills, broken disks, deadly files; a day's work on a real desktop. One after another: they are about time and focus.
test-hard: $(VENV)/.installed-dev
	@packaging/system_libraries.sh faults
	@packaging/system_libraries.sh test
	$(BIN)/python -m pytest tests -m hard $(WITHOUT_QT)
	$(BIN)/python -m pytest tests/ui -m hard

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/shellcheck .ci/run packaging/*.sh packaging/*/*.sh
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/zizmor --quiet --offline .github/workflows

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.installed
	$(BIN)/wanwu bench --engines all --batch-sizes 1,8

# Needs a folder of photographs with known content; see tests/accuracy/score.py.
accuracy: $(VENV)/.installed
	@if [ -d "$(PHOTOS)" ]; then for model in efficientnet_lite2 efficientnet_lite0; do \
		$(BIN)/python -m tests.accuracy.score "$(PHOTOS)" $$model || exit 1; done; \
	else echo "no photographs in $(PHOTOS): set PHOTOS=FOLDER"; fi

# A published comparison of eager and traced TorchScript, done again; see tests/measure/published.py.
published: $(VENV)/.installed-dev
	$(BIN)/python -m tests.measure.published efficientnet_lite2 $(wildcard $(PHOTOS))

# Needs a display; see tests/measure/window.py, performance.py and pages.py.
measure-window: $(VENV)/.installed
	$(BIN)/python -m tests.measure.window resources/samples
	$(BIN)/python -m tests.measure.performance
	$(BIN)/python -m tests.measure.pages

# 200 kills of batch runs at random points, and many more faults of the disk: about a quarter of an hour.
soak: $(VENV)/.installed-dev
	@packaging/system_libraries.sh faults
	WANWU_KILLS=200 $(BIN)/python -m pytest tests/robustness -s

screenshots: $(VENV)/.installed-dev
	@packaging/system_libraries.sh test
	$(BIN)/python -m tests.measure.screenshots docs/screenshots

# Installers for the system this runs on, in dist/; see packaging/README.md. An environment of its own, so that nothing
# gets in that only developers have.
package: build/venv/.installed
	@packaging/system_libraries.sh
	@packaging/system_libraries.sh package
	build/venv/bin/python packaging/build.py $(PACKAGE_OPTIONS)

# Installs them in clean Debian roots and uses them there; needs to be root. SUITES="bookworm trixie" for both.
test-package:
	@packaging/system_libraries.sh test-package
	packaging/test/test_package.sh $(SUITES)

build/venv/.installed: packaging/constraints.txt pyproject.toml
	$(PYTHON) -m venv build/venv
	build/venv/bin/python -m pip install --quiet --disable-pip-version-check \
		--constraint packaging/constraints.txt --editable '.[package]'
	@touch $@

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.created pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
