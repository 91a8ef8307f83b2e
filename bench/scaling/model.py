#!/usr/bin/env python3
"""Measures the parts of a step that ranks share, and predicts the efficiency of many ranks (docs/explanation/scaling.md).

usage: GRADWRIGHT=build/release/gradwright bench/scaling/model.py [measure | clock] [predict FLOPS_PER_SECOND BYTES_PER_SECOND_OF_ADDING]
"""
import array
import json
import os
import random
import statistics
import struct
import subprocess
import sys
import tempfile

LAYERS = {"784-512-512-10": [784, 512, 512, 10], "784-4096-4096-10": [784, 4096, 4096, 10], "12 layers of 4096": [4096] * 13}
# Parameters, not measured: latency in seconds, seconds a byte.
LINKS = {"10 Gbit/s Ethernet": (30e-6, 1 / 1.1e9), "100 Gbit/s InfiniBand": (2e-6, 1 / 11e9)}
RANKS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]
BATCH_A_RANK, BATCH = 64, 4096


def parameters(layers):
    return sum(a * b + b for a, b in zip(layers, layers[1:]))


def first_layer(layers):
    return layers[0] * layers[1] + layers[1]


def step(layers, ranks, samples, link, rate, adding):
    """Seconds of a step: (compute, reduction that shows, update). One piece a rank."""
    n = parameters(layers)
    compute = samples / ranks * 6 * n / rate
    update = 28 * n / adding  # sums to their places, parameters and sums read, parameters written, and copied for the next piece
    if ranks == 1:
        return compute, 0.0, update
    latency, byte = link

    def reduction(numbers, groups):
        """Shares to those who add them, sums back; a copy, an addition and a copy in memory."""
        return 2 * groups * (ranks - 1) * latency + 2 * 4 * numbers * (ranks - 1) / ranks * byte + 24 * numbers / adding
    # The first layer's gradients come last, and nothing hides them. The others may pass while those of the layers below are computed.
    last = reduction(first_layer(layers), 1)
    hidden = reduction(n - first_layer(layers), len(layers) - 2)
    return compute, last + max(0.0, hidden - compute * 2 / 3), update


def predict(rate, adding):
    for name, layers in LAYERS.items():
        for link_name, link in LINKS.items():
            for title, samples in (("strong, 4096 samples a step", lambda r: BATCH), ("weak, 64 samples a rank", lambda r: BATCH_A_RANK * r)):
                cells = []
                for ranks in RANKS:
                    one = sum(step(layers, 1, samples(ranks), link, rate, adding))
                    cells.append(f"{100 * one / ranks / sum(step(layers, ranks, samples(ranks), link, rate, adding)):.0f}")
                print(f"| {name} | {link_name} | {title} | " + " | ".join(cells) + " |")


def npy(path, rows, width, numbers):
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows}, {width}), }}"
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + array.array("d", numbers).tobytes())


SHEET = """x : R[784]
y : R[10] prob
param W1 : R[512,784] ~ he
param b1 : R[512]
param W2 : R[512,512] ~ he
param b2 : R[512]
param W3 : R[10,512] ~ glorot
param b3 : R[10]
p = softmax(W3*relu(W2*relu(W1*x + b1) + b2) + b3)
L = -sum(y .* log(p))
minimize L
"""
WAYS = {"whole": (1, ["--ranks", "solo"]), "1 piece": (1, ["--pieces", "1"]), "2 pieces": (1, ["--pieces", "2"]), "8 pieces": (1, ["--pieces", "8"]),
        "32 pieces": (1, ["--pieces", "32"]), "2 ranks, 2 pieces": (2, ["--pieces", "2"])}


class Bench:
    """Trainings of 784-512-512-10 by steps of 512 samples, on one thread a rank."""

    batch = 512

    def __init__(self, scratch):
        self.log, self.sheet, self.rows = f"{scratch}/log.jsonl", f"{scratch}/net.gw", 2048
        self.environment = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
        draw = random.Random(1)
        npy(f"{scratch}/x.npy", self.rows, 784, [draw.gauss(0, 1) for _ in range(self.rows * 784)])
        npy(f"{scratch}/y.npy", self.rows, 1, [draw.randrange(10) for _ in range(self.rows)])
        self.data = f"{scratch}/x.npy,{scratch}/y.npy"
        with open(self.sheet, "w", encoding="utf-8") as file:
            file.write(SHEET)

    def run(self, way, epochs):
        """Seconds of processor time of all ranks, and on the clock of each step of each epoch."""
        ranks, options = WAYS[way]
        command = [os.path.abspath(os.environ["GRADWRIGHT"]), "train", self.sheet, "--data", self.data, "--batch", str(self.batch), "--test", "0.01",
                   "--epochs", str(epochs), "--rate", "0.01", "--threads", "1", "--log", self.log, "--quiet", *options]
        launcher = ["mpirun", "--oversubscribe", "-n", str(ranks)] if ranks > 1 else []
        before = os.times()
        subprocess.run([*launcher, *command], env=self.environment, check=True)
        after = os.times()
        with open(self.log, encoding="utf-8") as file:
            steps = [self.batch / json.loads(line)["samples_per_second"] for line in file]
        return after.children_user + after.children_system - before.children_user - before.children_system, steps


def measure(bench):
    """Processor time a step, which other work on the machine disturbs less."""
    for way in WAYS:
        few, _ = bench.run(way, 1)
        many, steps = bench.run(way, 26)
        count = 25 * (bench.rows - bench.rows // 100) / bench.batch
        print(f"| {way} | {bench.batch} | {1e3 * (many - few) / count:.2f} | {1e3 * min(steps):.2f} |", flush=True)


def clock(bench, rounds=5):
    """Time on the clock of an idle machine, one way after the other, so often; the first epoch warms up."""
    steps = {way: [] for way in ("whole", "1 piece", "2 pieces", "2 ranks, 2 pieces")}
    for _ in range(rounds):
        for way, found in steps.items():
            found.append(statistics.median(bench.run(way, 21)[1][1:]))
    for way, found in steps.items():
        print(f"| {way} | {1e3 * statistics.median(found):.2f} ms | {1e3 * min(found):.2f} – {1e3 * max(found):.2f} |")


if len(sys.argv) == 1 or {"measure", "clock"} & set(sys.argv):
    with tempfile.TemporaryDirectory() as place:
        if "clock" in sys.argv:
            clock(Bench(place))
        else:
            measure(Bench(place))
if "predict" in sys.argv:
    at = sys.argv.index("predict")
    predict(float(sys.argv[at + 1]), float(sys.argv[at + 2]))
