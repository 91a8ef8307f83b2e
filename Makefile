# Thin: every recipe is a command you can also type. Sources are described in CMakeLists.txt, builds in CMakePresets.json.
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
FUZZ_SECONDS ?= 60

.DEFAULT_GOAL := help
.PHONY: help setup demo test bench bench-peers fuzz format

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## install the Debian or Ubuntu packages that are missing
	@tools/setup

demo: setup ## build the optimised program and show what it does
	cmake --preset release
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

format: setup ## lay out every C++ file (.clang-format)
	find src apps tests bench \( -name '*.h' -o -name '*.cpp' \) -print0 2>/dev/null | xargs -0 -r clang-format -i
