# One target a habit. `make` alone lists them. Needs GNU make (3.81 or newer) and a Python 3.11 or newer; everything else goes into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
TESTS ?= tests
BENCHES ?= $(basename $(notdir $(wildcard benchmarks/registry.py benchmarks/worker benchmarks/worker_pubsub.py benchmarks/worker_servicebus.py benchmarks/formats.py)))

.DEFAULT_GOAL := help

# uv has certificates of its own, and would not trust the authority of a company's proxy: it is given the system's, as pip is. Tests call uv too.
export UV_SYSTEM_CERTS ?= true

.PHONY: help quickstart install check lint format types contracts test unit components acceptance faults soak rehearse bench docs lock clean distclean FORCE

# mypy reads the packages under the names that they are installed under, and knows nothing of an editable install: it is given links.
PACKAGES := migrations registry_api shared validator

# What is installed is remembered with the folder it is installed for: a moved clone or a Python that is gone means installing again.
INSTALLED := $(VENV)/.installed
READY = $(shell $(BIN)/python -c 'print(open("$(INSTALLED)-$(1)").read() == "$(CURDIR)")' 2>/dev/null)
FRESH = $(if $(filter True,$(call READY,$(1))),,FORCE)

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

quickstart: $(INSTALLED)-quickstart  ## Start everything on this machine and show it at work (ARGS="--help" for more)
	@exec $(BIN)/sluicegate quickstart $(ARGS)

install: $(INSTALLED)-dev  ## Make .venv with everything that developing needs

check: lint types contracts test  ## All that must pass before a change goes in; CI runs this and nothing else

lint: $(INSTALLED)-dev  ## Check style, likely mistakes and prose
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m tests.style

format: $(INSTALLED)-dev  ## Put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(INSTALLED)-dev  ## mypy, strict
	$(BIN)/mypy

contracts: $(INSTALLED)-dev  ## Who may import whom
	$(BIN)/lint-imports --no-logo

# Acceptance tests mostly wait for programs, so they run beside the others. Where make can, each prints its report in one piece.
test: $(INSTALLED)-dev  ## All tests, against a Postgres and a broker of their own
	@$(MAKE) --no-print-directory --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) components acceptance

# The slow ones of them, and all others, are in `components`.
unit: TESTS = tests/unit
unit: $(INSTALLED)-dev  ## The quick unit tests, in a minute (TESTS=tests/unit/registry for fewer)
	$(BIN)/pytest -n 2 -m "not slow and not acceptance and not faults" $(ARGS) $(TESTS)

components: $(INSTALLED)-dev  ## The tests that start no program of ours
	$(BIN)/pytest -n 2 -m "not acceptance and not faults" $(ARGS) $(TESTS)

acceptance: $(INSTALLED)-dev  ## The tests that start the real programs, one after the other
	$(BIN)/pytest -m "acceptance and not faults" $(ARGS) $(TESTS)

faults: $(INSTALLED)-dev  ## Everything that can break, at length: an hour and a half (FAULTS_SEED=... repeats a run)
	$(BIN)/pytest -m faults $(ARGS) tests/contracts/brokers tests/hostile tests/faults

soak: $(INSTALLED)-dev  ## The worker for an hour at 10,000 messages a second: latency, memory, nothing lost (ARGS="--minutes 5")
	@$(BIN)/python -m benchmarks.soak $(ARGS)

rehearse: $(INSTALLED)-dev  ## A rolling upgrade under load, then ten minutes of failures at random (ARGS="--minutes 1 --from REF")
	@$(BIN)/python -m benchmarks.rehearsal $(ARGS)

bench: $(INSTALLED)-dev  ## The benchmarks; nothing else should run meanwhile
	@for each in $(BENCHES); do echo "== $$each"; $(BIN)/python -m benchmarks.$$each $(ARGS) || exit 1; done

docs: $(INSTALLED)-dev  ## Build the documentation as a site in build/site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict -f docs/site/mkdocs.yml

# The files name no index and hold the hashes of every platform's files. `UPGRADE=1` takes newer versions.
LOCKS := base all dev image kafka pubsub quickstart registry servicebus tracing uv validator xml
lock: $(INSTALLED)-dev  ## Write requirements/*.txt from pyproject.toml (UPGRADE=1 takes newer versions)
	@for each in $(LOCKS); do \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
			$(if $(UPGRADE),--upgrade) \
			$$(case $$each in base) echo pyproject.toml ;; image | uv) echo --group $$each ;; *) echo pyproject.toml --extra $$each ;; esac) -o requirements/$$each.txt || exit 1; \
	done

clean:  ## Remove what tools have left
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean  ## Remove .venv and the quickstart's data, too
	rm -rf $(VENV) .sluicegate

FORCE:

$(INSTALLED)-quickstart: pyproject.toml setup.py Makefile requirements/quickstart.txt $(call FRESH,quickstart)
	@$(call install,quickstart)

$(INSTALLED)-dev: pyproject.toml setup.py Makefile requirements/dev.txt $(call FRESH,dev)
	@$(call install,dev)
	@rm -rf $(VENV)/packages && mkdir -p $(VENV)/packages/sluicegate
	@for each in $(PACKAGES); do ln -s $(CURDIR)/$$each $(VENV)/packages/sluicegate/$$each; done
	@cp $@ $(INSTALLED)-quickstart

# An environment is made anew when its Python does not run. Then uv installs, because it is ten times as quick, or pip where uv cannot; an index that pip is
# told of is uv's, too.
define install
set -e; \
say() { printf '%s\n' "$$*" >&2; }; \
if ! $(BIN)/python -c '' 2>/dev/null; then \
	$(PYTHON) -c '' 2>/dev/null || { \
		say 'No Python was found as "$(PYTHON)". Install Python 3.11 or newer, or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3'; exit 1; }; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		say "$(PYTHON) is Python $$($(PYTHON) -c 'import platform; print(platform.python_version())'), and Sluicegate needs 3.11 or newer."; \
		say 'Name a newer one: make $(MAKECMDGOALS) PYTHON=python3.12'; exit 1; }; \
	say "Making $(VENV) with $$($(PYTHON) -V) ..."; \
	rm -rf $(VENV); \
	if $(PYTHON) -c 'import venv, ensurepip' 2>/dev/null; then $(PYTHON) -m venv $(VENV); \
	elif command -v uv >/dev/null; then uv venv --quiet --seed --python "$$(command -v $(PYTHON))" $(VENV); \
	else \
		package=python$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv; \
		say "This Python cannot make virtual environments: its venv or ensurepip module is missing."; \
		say "On Debian and Ubuntu, install it with: apt-get install $$package"; exit 1; \
	fi; \
fi; \
say 'Installing sluicegate[$(1)] into $(VENV) ...'; \
export PIP_DISABLE_PIP_VERSION_CHECK=1; \
[ -x $(BIN)/uv ] || $(BIN)/python -m pip install --quiet uv || say 'uv could not be installed; going on with pip.'; \
index=$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(BIN)/python -m pip config get global.index-url 2>/dev/null || :)}}; \
[ -z "$$index" ] || export UV_DEFAULT_INDEX="$$index"; \
if [ -x $(BIN)/uv ] && $(BIN)/uv pip install --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/$(1).txt; \
then $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .; \
else \
	say 'Installing with pip ...'; \
	$(BIN)/python -m pip install --progress-bar on --require-hashes -r requirements/$(1).txt; \
	$(BIN)/python -m pip install --quiet --no-deps --editable .; \
fi; \
printf '%s' "$$PWD" > $(INSTALLED)-$(1)
endef
