#!/usr/bin/env python3
"""Instructions that one run of an exported program takes, counted by callgrind: speed is guarded by what is executed, never by the clock.

The count of a run is the difference between a program that runs N times and one that runs 2N times, so start and end do not count. Each
program may take so many instructions for a floating-point operation of its contractions (2·m·n·k each); AVX2 code does up to 16 single
operations an instruction, so 1/16 is the limit no program can pass. The allowances stand a quarter above what g++ 12 makes.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

program = os.path.abspath(os.environ["GRADWRIGHT"])
root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
compiler, valgrind = shutil.which("cc"), shutil.which("valgrind")
if compiler is None or valgrind is None:
    sys.exit(77)

LAYERS = """X : R[{i},{b}]
Y : R[{o},{b}]
param W1 : R[{h},{i}]
param W2 : R[{o},{h}]
A = relu(W1*X)
L = -1/{b}*sum(Y .* log(softmax_cols(W2*A)))
minimize L
"""

# name: sheet, operations of its contractions in a run, instructions allowed for each of them
PROGRAMS = {
    # W2·x, W3·a2 and their two outer products and one product back: 12+12 forward, 12+12 outer, 12 back
    "2-3-2 value and gradients": (open(os.path.join(root, "examples/question/question.gw"), encoding="utf-8").read().replace("derive L wrt W3, W2", "minimize L"), 60, 4.2),
    # forward 2·b(i·h + h·o), by the weights as much again, back 2·b·h·o
    "64-32-10 value and gradients, batch 32": (LAYERS.format(i=64, h=32, o=10, b=32), 4 * 32 * (64 * 32 + 32 * 10) + 2 * 32 * 32 * 10, 0.56),
    # A·x once for both 2·n²; x'(Ax) 2·n; A'·x 2·n²
    "x'Ax value and gradient, n = 64": ("A : R[64,64]\nx : R[64]\nf = x'*A*x\nderive f wrt x\n", 4 * 64 * 64 + 2 * 64, 0.28),
}

DRIVER = """#include <stdlib.h>
int main(int count, char **arguments) {
  static float w[f_workspace + 16] __attribute__((aligned(64)));
  for (int i = 0; i < f_workspace; ++i) w[i] = 0.001f * (float)(i % 97) + 0.01f;
  for (long i = atol(arguments[count - 1]); i > 0; --i) f(w);
  return w[0] > 1e30f;
}
"""


def instructions(path, runs, folder):
    done = subprocess.run([valgrind, "--tool=callgrind", f"--callgrind-out-file={folder}/out", path, str(runs)],
                          capture_output=True, text=True, timeout=200, check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or found is None:
        sys.exit(f"callgrind could not run {path}:\n{done.stderr[-2000:]}")
    return int(found.group(1))


def main():
    too_many = []
    for name, (sheet, operations, allowed) in PROGRAMS.items():
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([program, "export", "-", "--name", "f", "--precision", "float32"], input=sheet, capture_output=True, text=True,
                                  timeout=60, check=False)
            if done.returncode != 0:
                sys.exit(f"{name} is not exported: {done.stderr}")
            source, binary = os.path.join(folder, "f.c"), os.path.join(folder, "f")
            with open(source, "w", encoding="utf-8") as file:
                file.write(done.stdout + DRIVER)
            subprocess.run([compiler, "-std=c11", "-O3", "-mavx2", "-mfma", "-fno-trapping-math", "-fopenmp-simd", "-DGRADWRIGHT_SIMD", source, "-o", binary, "-lm"], check=True)
            runs = 20
            each = (instructions(binary, 2 * runs, folder) - instructions(binary, runs, folder)) / runs
        share = each / operations
        print(f"{name}: {each:.0f} instructions, {share:.3f} for each of {operations} operations, {allowed} allowed")
        if each <= 0 or share > allowed:
            too_many.append(name)
    if too_many:
        sys.exit("more instructions than allowed: " + ", ".join(too_many))


main()
