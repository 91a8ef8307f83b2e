# Thin: every recipe is a command you can also type. Sources are described in CMakeLists.txt, builds in CMakePresets.json.
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
FUZZ_SECONDS ?= 60
COUNT ?= 100000
SEED ?= 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test bench bench-peers fuzz laws format

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## install the Debian or Ubuntu packages that are missing
	@tools/setup

demo: setup ## build the optimised program and show what it does
	cmake --preset release -DGRADWRIGHT_UNITY=ON
	cmake --build --preset release --target gradwright --parallel $(JOBS)
	@GRADWRIGHT=build/release/gradwright bash examples/demo.sh

test: setup ## build with sanitizers, warnings as errors, and run every test
	cmake --preset ci
	cmake --build --preset ci --parallel $(JOBS)
	ctest --preset ci --output-on-failure --parallel $(JOBS)

bench: setup ## build and run the benchmarks (bench/*)
	cmake --preset release
	cmake --build --preset release --target benches --parallel $(JOBS)
	@set -e; for program in build/release/bench/bench_*; do \
	  [ -x "$$program" ] || { echo "no benchmark yet"; break; }; echo "== $$program"; "$$program"; done

bench-peers: bench ## beside SymPy, tensorgrad, PyTorch and JAX from PyPI, interleaved (bench/peers/requirements.txt)
	python3 -m venv build/peers && build/peers/bin/pip install -q -r bench/peers/requirements.txt
	build/peers/bin/python bench/derive/peers.py
	build/peers/bin/python bench/programs/peers.py
	build/peers/bin/python bench/elementwise/peers.py

fuzz: setup ## run each fuzzer (tests/fuzz/*) for FUZZ_SECONDS, default 60
	@set -e; names="$$(cd tests/fuzz && ls *.cpp | sed 's/\.cpp$$//')"; tests/fuzz/run build $$names; \
	for name in $$names; do echo "== $$name"; FUZZ_SEED=0 tests/fuzz/run $$name $(FUZZ_SECONDS); done

laws: setup ## COUNT random sheets (default 100000) from SEED on, each construct with each verb; failures made small
	cmake --preset release
	cmake --build --preset release --target test_laws --parallel $(JOBS)
	@for shard in $$(seq $(JOBS)); do \
	  GRADWRIGHT_LAWS_COUNT=$$(($(COUNT) / $(JOBS))) GRADWRIGHT_LAWS_SEED=$$(($(SEED) * 1000 + shard)) \
	    build/release/tests/test_laws -tc="every construct*" > build/laws-$$shard.txt & shards="$$shards $$!"; done; \
	bad=0; for one in $$shards; do wait $$one || bad=1; done; cat build/laws-*.txt; exit $$bad

format: setup ## lay out every C++ file (.clang-format)
	tools/format
