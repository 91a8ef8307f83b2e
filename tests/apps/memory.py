#!/usr/bin/env python3
"""The memory of `train` over epochs: what a thousand more of them take is what is kept of each, its report, and no more."""
import math
import os
import subprocess
import sys
import tempfile

program = os.path.abspath(os.environ["GRADWRIGHT"])
# Memory that was freed is not held back to find late uses of it; the leak check at the end would count as memory of the training.
environment = {**os.environ, "ASAN_OPTIONS": ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "quarantine_size_mb=0:thread_local_quarantine_size_kb=0"]))}
environment["ASAN_OPTIONS"] += ":detect_leaks=0"

SHEET = """x : R[3]
y : R[2]
param W : R[4,3] ~ he
param V : R[2,4] ~ glorot
L = sum((V*tanh(W*x) - y)^2)
minimize L
"""
# Kept of an epoch: a report of less than 200 bytes, in the training and in the command, in vectors that hold up to three times as much
# while they grow; six numbers of 8 bytes for the checkpoint, in its state, a copy, a tensor and the text of the file (also growing);
# 100 bytes of the picture. A checkpoint is more than 3000 bytes: one that is kept each epoch is found.
BYTES_AN_EPOCH = 2 * 3 * 200 + 6 * 8 * 4 * 3 + 100
SLACK = 1 << 19  # pages of the allocator
EPOCHS = 10, 1010, 2010


def expect(condition, what):
    if not condition:
        sys.exit(f"not so: {what}")


def peak(place, epochs):
    """Bytes, of a training with every log."""
    def file(name):
        return os.path.join(place, f"{name}{epochs}")

    command = [program, "train", os.path.join(place, "net.gw"), "--data", os.path.join(place, "x.csv") + "," + os.path.join(place, "y.csv"), "--batch", "8", "--epochs", str(epochs),
               "--checkpoint", file("c"), "--checkpoint-every", "1 epoch", "--log", file("log"), "--log-tensorboard", file("events"), "--plot", file("curve.svg")]
    with open(file("out"), "w", encoding="utf-8") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    with open(file("out"), encoding="utf-8") as out:
        expect(process.returncode == 0, f"it trains: {out.read()[-2000:]}")
    with open(file("log"), encoding="utf-8") as log:
        expect(len(log.readlines()) == epochs, "every epoch is told")
    return usage.ru_maxrss * 1024


memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # a disk waits at each checkpoint
with tempfile.TemporaryDirectory(dir=memory) as scratch:
    with open(os.path.join(scratch, "net.gw"), "w", encoding="utf-8") as sheet:
        sheet.write(SHEET)
    for name, width in (("x", 3), ("y", 2)):
        with open(os.path.join(scratch, name + ".csv"), "w", encoding="utf-8") as data:
            for i in range(80):
                data.write(",".join(str(math.sin(7 * i + i * k % 13)) for k in range(width)) + "\n")
    peak(scratch, 5)  # compiles; the others find it in the cache
    peaks = [peak(scratch, epochs) for epochs in EPOCHS]
for before, after, more in zip(peaks, peaks[1:], (b - a for a, b in zip(EPOCHS, EPOCHS[1:]))):
    expect(after - before <= more * BYTES_AN_EPOCH + SLACK, f"{more} epochs take {after - before} bytes more, and {more * BYTES_AN_EPOCH} are kept: {peaks}")
print(f"memory: all as expected; peaks after {EPOCHS} epochs: {[f'{peak / 2**20:.1f} MiB' for peak in peaks]}")
