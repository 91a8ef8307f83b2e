#!/usr/bin/env python3
"""Measures the parts of a step that ranks share, and predicts the efficiency of many ranks (docs/explanation/scaling.md).

usage: GRADWRIGHT=build/release/gradwright bench/scaling/model.py [measure] [predict FLOPS_PER_SECOND BYTES_PER_SECOND_OF_ADDING]
"""
import array
import json
import os
import random
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


def measure():
    program = os.path.abspath(os.environ["GRADWRIGHT"])
    env = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    with tempfile.TemporaryDirectory() as scratch:
        draw = random.Random(1)
        rows = 2048
        npy(f"{scratch}/x.npy", rows, 784, [draw.gauss(0, 1) for _ in range(rows * 784)])
        npy(f"{scratch}/y.npy", rows, 1, [draw.randrange(10) for _ in range(rows)])
        with open(f"{scratch}/net.gw", "w", encoding="utf-8") as file:
            file.write("x : R[784]\ny : R[10] prob\nparam W1 : R[512,784] ~ he\nparam b1 : R[512]\nparam W2 : R[512,512] ~ he\nparam b2 : R[512]\n"
                       "param W3 : R[10,512] ~ glorot\nparam b3 : R[10]\np = softmax(W3*relu(W2*relu(W1*x + b1) + b2) + b3)\n"
                       "L = -sum(y .* log(p))\nminimize L\n")
        def run(ranks, batch, epochs, options):
            """Seconds of processor time of all ranks, and of the fastest epoch."""
            log = f"{scratch}/log.jsonl"
            command = [program, "train", f"{scratch}/net.gw", "--data", f"{scratch}/x.npy,{scratch}/y.npy", "--batch", str(batch), "--test", "0.01",
                       "--epochs", str(epochs), "--rate", "0.01", "--threads", "1", "--log", log, "--quiet", *options]
            launcher = ["mpirun", "--oversubscribe", "-n", str(ranks)] if ranks > 1 else []
            before = os.times()
            subprocess.run([*launcher, *command], env=env, check=True)
            after = os.times()
            with open(log, encoding="utf-8") as file:
                speed = max(json.loads(line)["samples_per_second"] for line in file)
            return after.children_user + after.children_system - before.children_user - before.children_system, batch / speed

        for title, ranks, options in (("whole", 1, ["--ranks", "solo"]), ("1 piece", 1, ["--pieces", "1"]), ("8 pieces", 1, ["--pieces", "8"]),
                                      ("32 pieces", 1, ["--pieces", "32"]), ("2 ranks, 2 pieces", 2, ["--pieces", "2"])):
            for batch in (512,):
                few, _ = run(ranks, batch, 1, options)
                many, wall = run(ranks, batch, 26, options)
                steps = 25 * (rows - rows // 100) / batch
                print(f"| {title} | {batch} | {1e3 * (many - few) / steps:.2f} | {1e3 * wall:.2f} |", flush=True)


if "measure" in sys.argv or len(sys.argv) == 1:
    measure()
if "predict" in sys.argv:
    at = sys.argv.index("predict")
    predict(float(sys.argv[at + 1]), float(sys.argv[at + 2]))
