#!/usr/bin/env python3
"""How long it takes until something runs: compilation in fresh processes, and from the start of a process to a trained network.

usage: bench/compile/times.py [--runs 15]      needs build/release/gradwright and build/release/bench/bench_compile
"""
import argparse
import os
import random
import statistics
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..", "build", "release")
sys.path.insert(0, os.path.join(HERE, "..", "programs"))
from peers import QUESTION  # noqa: E402


def told(name, numbers):
    print(f"| {name} | {statistics.median(numbers):.1f} ({min(numbers):.1f}-{max(numbers):.1f}) |", flush=True)


def write_npy(path, rows, columns, generator):
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (%d, %d), }" % (rows, columns)
    header += " " * (-(len(header) + 11) % 64) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
        file.write(struct.pack(f"<{rows * columns}d", *(generator.random() for _ in range(rows * columns))))


def seconds_to_train(folder, cache):
    start = time.perf_counter()
    subprocess.run([os.path.join(ROOT, "gradwright"), "train", "q.gw", "--data", "x.npy,y.npy", "--epochs", "1", "--batch", "1"],
                   cwd=folder, env={**os.environ, "XDG_CACHE_HOME": cache}, stdout=subprocess.DEVNULL, check=True)
    return 1e3 * (time.perf_counter() - start)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    print("| processor time, ms | median (range) |\n| --- | --- |")
    for name in ("2-3-2", "64-32-10", "784-512-512-10"):
        columns = {}
        for _ in range(runs):
            words = subprocess.run([os.path.join(ROOT, "bench", "bench_compile"), name], capture_output=True, text=True, check=True).stdout.split()
            for what, number in zip(words[1::2], words[2::2]):
                columns.setdefault(what, []).append(float(number))
        for what, numbers in columns.items():
            told(f"{name}: {what}", numbers)
    print("\n| wall time, ms, 2-3-2, 1,000 steps of one sample from an NPY file | median (range) |\n| --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "q.gw"), "w", encoding="utf-8") as file:
            file.write(QUESTION)
        generator = random.Random(1)
        for name in ("x.npy", "y.npy"):
            write_npy(os.path.join(folder, name), 1250, 2, generator)
        warm = os.path.join(folder, "warm")
        seconds_to_train(folder, warm)
        told("compiled before: from the cache", [seconds_to_train(folder, warm) for _ in range(runs)])
        cold = []
        for run in range(runs):
            cold.append(seconds_to_train(folder, os.path.join(folder, f"cold{run}")))
        told("never compiled", cold)


if __name__ == "__main__":
    main()
