#!/usr/bin/env python3
"""Checkpoints of `train`: a training that is killed at any moment and resumed ends with the same bits; damaged files are refused."""
import json
import math
import os
import random
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import time

os.environ["COLUMNS"] = "1000"  # a sentence in one line
program = os.path.abspath(os.environ["GRADWRIGHT"])

SHEET = """x : R[3]
y : R[2]
param W : R[4,3] ~ he
param b : R[4] ~ zeros
param V : R[2,4] ~ glorot
L = sum((V*tanh(W*x + b) - y)^2)
minimize L
"""


def expect(condition, what):
    if not condition:
        sys.exit(f"not so: {what}")


def tensors(path):
    """Name to dtype, shape and bytes, by the definition of the format; the metadata."""
    with open(path, "rb") as file:
        content = file.read()
    length = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8:8 + length])
    metadata = header.pop("__metadata__", {})
    data = content[8 + length:]
    return {name: (one["dtype"], one["shape"], data[slice(*one["data_offsets"])]) for name, one in header.items()}, metadata


class Place:
    """A directory with a sheet and data, in which trainings run."""

    def __init__(self, path, epochs=60, rows=120):
        self.path, self.epochs = path, epochs
        with open(self.file("net.gw"), "w", encoding="utf-8") as file:
            file.write(SHEET)
        for name, width in (("x", 3), ("y", 2)):
            with open(self.file(name + ".npy"), "wb") as file:
                header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows}, {width}), }}".ljust(117) + "\n"
                file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
                file.write(struct.pack(f"<{rows * width}d", *(math.sin(7 * i + i * i % 13) for i in range(rows * width))))

    def file(self, name):
        return os.path.join(self.path, name)

    def command(self, *arguments, epochs=None):
        return [program, "train", self.file("net.gw"), "--data", self.file("x.npy") + "," + self.file("y.npy"), "--batch", "8",
                "--epochs", str(epochs or self.epochs), *arguments]

    def run(self, *arguments, **options):
        return subprocess.run(self.command(*arguments, **options), capture_output=True, text=True, timeout=120, check=False)

    def checkpointed(self, *arguments):
        return [*arguments, "--checkpoint", self.file("c"), "--resume", "--checkpoint-every", "1 step", "--save", self.file("resumed")]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def killed_and_resumed(place, kills, draw, *arguments):
    """The final parameters of an uninterrupted training are those of trainings that are killed so often and resumed each time."""
    started = time.monotonic()
    done = place.run(*arguments, "--save", place.file("whole"))
    expect(done.returncode == 0, f"{arguments} trains: {done.stderr}")
    plain = time.monotonic() - started
    done = place.run(*place.checkpointed(*arguments))
    expect(done.returncode == 0, f"{arguments} trains with checkpoints: {done.stderr}")
    saving = time.monotonic() - started - 2 * plain
    longest = plain + 2 * max(saving, 0) / kills  # kills are spread over all of it, the time of a start included
    count = steps = 0
    os.remove(place.file("c"))
    for _ in range(50 * kills):
        training = subprocess.Popen(place.command(*place.checkpointed(*arguments)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            out, err = training.communicate(timeout=longest * draw.random() if count < kills else 120)
        except subprocess.TimeoutExpired:
            training.kill()
            training.communicate()
            reached = int(tensors(place.file("c"))[1]["steps"]) if os.path.exists(place.file("c")) else 0
            expect(reached >= steps, f"{arguments}: a kill never loses the checkpoint")
            if reached > steps:
                count += 1
            else:
                longest *= 1.1  # killed before it took a step, which does not count
            steps = reached
            continue
        expect(training.returncode == 0, f"{arguments} resumes after {count} kills: {err}")
        expect(read(place.file("resumed")) == read(place.file("whole")), f"{arguments}: the same bits after {count} kills")
        os.remove(place.file("c"))
        if count >= kills:
            break
        steps, longest = 0, longest * 0.8  # it came to its end between two kills: the next ones are of another training
    expect(count == kills and "goes on" in out, f"{arguments}: {count} kills, and it went on: {out}")


def left(place, number):
    """A signal saves and leaves with its own exit code; the training goes on from there to the same bits."""
    whole = place.run("--save", place.file("whole"))
    expect(whole.returncode == 0, "it trains")
    arguments = place.checkpointed()
    arguments[arguments.index("1 step")] = "1000000 epochs"
    training = subprocess.Popen(place.command(*arguments, epochs=1000000), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in training.stdout:
        if line.startswith("epoch"):
            break
    training.send_signal(number)
    out, err = training.communicate(timeout=120)
    expect(training.returncode == 128 + number and err == "", f"{number}: exit code {training.returncode} {err}")
    expect(out.endswith(f"left by {signal.Signals(number).name}: `--resume` goes on from `{place.file('c')}`\n"), f"it says so: {out[-200:]}")
    metadata = tensors(place.file("c"))[1]
    reached = int(metadata["epoch"])
    expect(reached > 1, "the checkpoint is that of the moment")
    more = reached + 2
    done = place.run(*arguments, epochs=more)
    expect(done.returncode == 0 and "goes on" in done.stdout, f"it goes on: {done.stderr}")
    expect(place.run("--save", place.file("whole"), epochs=more).returncode == 0, "uninterrupted")
    expect(read(place.file("resumed")) == read(place.file("whole")), f"the same bits after {number}")
    os.remove(place.file("c"))


def refused(place):
    """Damaged checkpoints, and those of another training, are an error of the input; nothing overwrites them."""
    arguments = place.checkpointed()
    expect(place.run(*arguments, epochs=1).returncode == 0, "a checkpoint")
    whole = read(place.file("c"))
    lengths = [0, 1, 7, 8, 9, 100, len(whole) // 2, len(whole) - 1]
    damaged = [whole[:length] for length in lengths]
    damaged += [whole + b"x", whole[:-3] + b"\xff" + whole[-2:], b"\xff" * 8 + whole[8:], struct.pack("<Q", 1 << 40) + b"{" * 100000]
    for content in damaged:
        with open(place.file("c"), "wb") as file:
            file.write(content)
        done = place.run(*arguments, epochs=2)
        expect(done.returncode == 2 and "error[G0520]" in done.stderr and done.stdout == "", f"{len(content)} bytes are refused: {done}")
        expect(read(place.file("c")) == content, "and stay as they are")
    with open(place.file("c"), "wb") as file:
        file.write(whole)
    for option, value, what in (("--seed", "2", "seed"), ("--batch", "9", "batch"), ("--precision", "float64", "precision"),
                                ("--optimizer", "adam", "another optimizer"), ("--test", "0.3", "test share")):
        command = place.command(*arguments, epochs=2)
        if option in command:
            command[command.index(option) + 1] = value
        else:
            command += [option, value]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        expect(done.returncode == 2 and "error[G0521]" in done.stderr and what in done.stderr, f"another {what} is refused: {done}")
    done = place.run("--checkpoint", place.file("c"))
    expect(done.returncode == 2 and "error[G0522]" in done.stderr, f"a checkpoint is not overwritten by a new training: {done}")
    expect(read(place.file("c")) == whole, "all that left the checkpoint as it was")


def full_disk(place):
    """Where it cannot be written, that is said at once, and the checkpoint before stays."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    whole = read(place.file("c"))
    done = subprocess.run(place.command("--checkpoint", place.file("c"), "--resume", epochs=5), capture_output=True, text=True,
                          timeout=120, check=False, preexec_fn=limit)
    expect(done.returncode == 3 and "error[G0508]" in done.stderr, f"a full disk: {done}")
    expect(read(place.file("c")) == whole, "the checkpoint before stays")
    expect(place.run("--checkpoint", place.file("none/c")).returncode == 3, "a directory that is not there")


def exported(place):
    """The parameters lie by rows under the names of the sheet."""
    expect(place.run("--save", place.file("p"), "--precision", "float64").returncode == 0, "parameters are saved")
    found, _ = tensors(place.file("p"))
    expect({name: one[:2] for name, one in found.items()} == {"W": ("F64", [4, 3]), "b": ("F64", [4]), "V": ("F64", [2, 4])}, f"names and shapes: {found}")
    # W*x + b by hand, by `run` and by `eval`, from the parameters and from a checkpoint.
    W, b = (struct.unpack(f"<{len(found[name][2]) // 8}d", found[name][2]) for name in "Wb")
    x = (0.5, -1, 2)
    expected = [sum(W[3 * i + j] * x[j] for j in range(3)) + b[i] for i in range(4)]
    with open(place.file("x.csv"), "w", encoding="utf-8") as file:
        file.write("\n".join(map(str, x)) + "\n")
    sheet = place.file("z.gw")
    with open(sheet, "w", encoding="utf-8") as file:
        file.write(SHEET.replace("L = ", "z = W*x + b\nL = "))
    expect(place.run("--checkpoint", place.file("e"), "--precision", "float64").returncode == 0, "the same as a checkpoint")
    for parameters in "pe":
        done = subprocess.run([program, "run", sheet, "--input", "x=" + place.file("x.csv"), "--parameters", place.file(parameters), "--output", "z", "--raw",
                               "--precision", "float64"], capture_output=True, text=True, timeout=120, check=False)
        expect(done.returncode == 0 and all(abs(float(one) - e) < 1e-12 for one, e in zip(done.stdout.split(), expected, strict=True)), f"run: {done} {expected}")
        done = subprocess.run([program, "eval", sheet, "--inputs", "-", "--raw", "--parameters", place.file(parameters)], input='{"x": [0.5, -1, 2], "y": [0, 0]}',
                              capture_output=True, text=True, timeout=120, check=False)
        expect(done.returncode == 0 and all(abs(one - e) < 1e-12 for one, e in zip(json.loads(done.stdout)["values"]["z"], expected, strict=True)), f"eval: {done}")
    with open(sheet, "w", encoding="utf-8") as file:
        file.write("x : R[3]\nz = x\n")
    done = subprocess.run([program, "run", sheet, "--input", "x=" + place.file("x.csv"), "--parameters", place.file("p"), "--output", "z"], capture_output=True,
                          text=True, timeout=120, check=False)
    expect(done.returncode == 2 and "error[G0306]" in done.stderr, f"a parameter that the sheet does not have: {done}")


draw = random.Random(8)
memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # a disk waits at each checkpoint; what is tested is the same
with tempfile.TemporaryDirectory(dir=memory) as scratch:
    adam = ("--optimizer", "adam(rate=0.01)")
    place = Place(scratch)
    killed_and_resumed(place, 20, draw, "--backend", "auto", *adam)
    killed_and_resumed(place, 20, draw, "--backend", "oracle", *adam)
    killed_and_resumed(place, 8, draw, "--backend", "auto", "--precision", "float64")
    killed_and_resumed(place, 8, draw, "--backend", "auto", "--patience", "40")
    left(place, signal.SIGTERM)
    left(place, signal.SIGINT)
    refused(place)
    full_disk(place)
    exported(place)
print("checkpoints: all as expected")
