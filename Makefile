# Every target sets up what it needs in .venv. From the system it needs only make, git,
# Python 3.11 or newer with venv and headers, and a C++20 compiler; on Debian and Ubuntu:
#   apt-get install make git g++ python3 python3-venv python3-dev

PYTHON ?= python3
TRACE ?= skipx/examples/*.json.gz
RUN ?= out/run
FUZZ_SECONDS ?= 60
CLANGXX ?= clang++

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --constraint constraints.txt
CONFIGURE := $(BIN)/cmake -S . -G Ninja -DCMAKE_MAKE_PROGRAM=$(CURDIR)/$(BIN)/ninja \
  -DPython_EXECUTABLE=$(CURDIR)/$(BIN)/python -DSKIPX_PYTHON=OFF -DSKIPX_WERROR=ON
NATIVE := $(shell find csrc cmake -type f -not -path 'csrc/tests/*')
FUZZERS := $(basename $(notdir $(wildcard csrc/tests/fuzz_*.cpp)))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run example test lint native-test fuzz clean

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

run: $(VENV)/.installed ## Do the main job into RUN=out/run: on the GPU, or emulated without one
	@mkdir -p $(dir $(RUN))
	$(BIN)/skipx run --output $(RUN) --force

example: $(VENV)/.installed ## Analyze the shipped example trace, or TRACE=path
	$(BIN)/skipx analyze $(TRACE)
	$(BIN)/skipx chains $(TRACE)

test: $(VENV)/.test-tools ## Run every test; ARGS="-k name" chooses some
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(ARGS)

lint: $(VENV)/.dev-tools ## Check style, types, stubs and who imports whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	find csrc -name '*.[ch]pp' -o -name '*.cu' | xargs $(BIN)/clang-format --dry-run -Werror
	$(BIN)/mypy
	$(BIN)/stubtest --allowlist csrc/bindings/stubtest.txt skipx._native
	$(BIN)/lint-imports

native-test: $(VENV)/.dev-tools ## Run the native tests under AddressSanitizer and UBSan
	$(CONFIGURE) -B build/native -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS=-O1 \
	  -DSKIPX_TESTS=ON -DSKIPX_SANITIZE=address,undefined
	$(BIN)/cmake --build build/native
	$(BIN)/ctest --test-dir build/native --output-on-failure

fuzz: $(VENV)/.dev-tools ## Fuzz each native input for FUZZ_SECONDS (needs clang)
	$(CONFIGURE) -B build/fuzz -DCMAKE_BUILD_TYPE=RelWithDebInfo \
	  -DCMAKE_CXX_COMPILER=$(CLANGXX) -DSKIPX_FUZZ=ON -DSKIPX_SANITIZE=address,undefined
	$(BIN)/cmake --build build/fuzz --target $(FUZZERS)
	set -e; for fuzzer in $(FUZZERS); do \
	  name=$${fuzzer#fuzz_}; dict=csrc/tests/$$name.dict; log=build/fuzz/$$name.log; \
	  mkdir -p build/fuzz/found/$$name; \
	  build/fuzz/csrc/tests/$$fuzzer -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 \
	    -timeout=10 -malloc_limit_mb=64 -rss_limit_mb=2048 -artifact_prefix=build/fuzz/ \
	    $$(test -f $$dict && echo -dict=$$dict) build/fuzz/found/$$name csrc/tests/corpus/$$name \
	    > $$log 2>&1 || { tail -n 60 $$log; exit 1; }; \
	  echo "$$name: $$(grep '^Done' $$log), nothing found"; \
	done

clean: ## Remove everything that the other targets made
	rm -rf $(VENV) build dist out .benchmarks .hypothesis .import_linter_cache .mypy_cache \
	  .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path "./.git/*" -prune -exec rm -rf {} +

# Editable: a change of a Python file needs nothing, one of csrc/ rebuilds the native module.
$(VENV)/.installed: $(VENV)/.created pyproject.toml CMakeLists.txt constraints.txt $(NATIVE)
	@echo 'skipx: building and installing into $(VENV)'
	$(PIP_INSTALL) --editable .
	@touch $@

$(VENV)/.test-tools: $(VENV)/.installed
	$(PIP_INSTALL) --group test
	@touch $@

$(VENV)/.dev-tools: $(VENV)/.installed
	$(PIP_INSTALL) --group dev
	@touch $@

$(VENV)/.created:
	@$(PYTHON) .ci/check_system.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	@touch $@
