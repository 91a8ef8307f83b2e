#!/usr/bin/env python3
"""Builds the pure core alone (preset core) in a directory, and lets it judge a claim. usage: core.py BUILD"""
import os
import subprocess
import sys

build = os.path.abspath(sys.argv[1])
root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.returncode}\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return done.stdout


run("cmake", "--preset", "core", "-B", build, "-DCMAKE_CXX_FLAGS_RELEASE=-O0")
run("cmake", "--build", build)
program = os.path.join(build, "claim")
if "right is: (W*x - y)*x'" not in run(program):
    sys.exit("the wrong claim is not mended")
needed = run("objdump", "-p", program)
for library in ("libz.", "libzip", "libLLVM", "libmpi"):
    if library in needed:
        sys.exit(f"the core needs {library}")
undefined = run("nm", "-u", "-C", program)
for name in ("pthread_create", "dlopen", "fork", "__cxa_throw", "fopen"):
    if f" {name}" in undefined:
        sys.exit(f"the core calls {name}")
print("core: all as expected")
