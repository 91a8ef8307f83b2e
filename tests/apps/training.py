#!/usr/bin/env python3
"""What a training leaves: progress, logs, events, the picture, JSON; what is said when it stops."""
import fcntl
import json
import math
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import xml.etree.ElementTree as xml

os.environ["COLUMNS"] = "1000"  # a sentence in one line
program = os.path.abspath(os.environ["GRADWRIGHT"])
root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
digits = ["train", "examples/digits/digits.gw", "--data", "examples/digits/digits.csv.gz"]


def run(*arguments, text=None, **more):
    return subprocess.run([program, *arguments], input=text, capture_output=True, text=True, cwd=root, timeout=300, check=False, **more)


def expect(condition, what):
    if not condition:
        sys.exit(f"not so: {what}")


# An independent reader of event files: CRC-32C bit by bit, protocol buffers by their wire types.
def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def unmasked(mask):
    rotated = (mask - 0xA282EAD8) & 0xFFFFFFFF
    return (rotated << 15 | rotated >> 17) & 0xFFFFFFFF


def records(data):
    while data:
        (length,) = struct.unpack("<Q", data[:8])
        expect(unmasked(struct.unpack("<I", data[8:12])[0]) == crc32c(data[:8]), "the checksum of a length")
        body, tail = data[12:12 + length], data[12 + length:16 + length]
        expect(len(tail) == 4 and unmasked(struct.unpack("<I", tail)[0]) == crc32c(body), "the checksum of a record")
        yield body
        data = data[16 + length:]


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        shift += 7
        at += 1
        if data[at - 1] < 128:
            return value, at


def fields(data):
    at, found = 0, []
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        elif key & 7 == 1:
            value, at = struct.unpack("<d", data[at:at + 8])[0], at + 8
        elif key & 7 == 5:
            value, at = struct.unpack("<f", data[at:at + 4])[0], at + 4
        else:
            expect(key & 7 == 2, "a wire type")
            length, at = varint(data, at)
            value, at = data[at:at + length], at + length
        found.append((key >> 3, value))
    return found


with tempfile.TemporaryDirectory() as scratch:
    log, picture, events = (os.path.join(scratch, name) for name in ("log.jsonl", "loss.svg", "events/run1"))
    done = run(*digits, "--epochs", "4", "--metric", "L", "--log", log, "--plot", picture, "--log-tensorboard", events, "--json")
    expect(done.returncode == 0 and done.stderr == "", f"it trains: {done.stderr}")
    document = json.loads(done.stdout)
    expect(document["schema"] == "gradwright/train/1" and document["diagnostics"] == [], "the schema")
    expect(document["training_samples"] + document["test_samples"] == 1797 and document["best_epoch"] == 4 and not document["stopped_early"], "the counts")
    epochs = document["epochs"]
    expect([line["epoch"] for line in epochs] == [1, 2, 3, 4], "four epochs")
    for line in epochs:
        expect(set(line) == {"epoch", "loss", "test_loss", "test_accuracy", "test_L", "samples_per_second", "seconds"}, f"the names in {line}")
        expect(math.isclose(line["test_L"], line["test_loss"], rel_tol=1e-6), "the loss as a metric is the loss")
    expect(epochs[3]["loss"] < epochs[0]["loss"] and epochs[3]["test_accuracy"] > 0.9, "it learns")
    with open(log, encoding="utf-8") as file:
        expect([json.loads(line) for line in file] == epochs, "the log has the same, a line an epoch")

    names = os.listdir(events)
    expect(len(names) == 1 and re.fullmatch(r"events\.out\.tfevents\.\d{10}\..+", names[0]), f"a file that TensorBoard looks for: {names}")
    with open(os.path.join(events, names[0]), "rb") as file:
        told = [fields(body) for body in records(file.read())]
    expect(told[0][1] == (3, b"brain.Event:2") and len(told) == 5, "the version, then an event an epoch")
    for event, line in zip(told[1:], epochs):
        (wall, _), (step, number), (summary, values) = event
        expect((wall, step, number, summary) == (1, 2, line["epoch"], 5), "time, step, summary")
        scalars = {}
        for _, value in fields(values):
            (_, tag), (_, simple) = fields(value)
            scalars[tag.decode()] = simple
        expect(set(scalars) == {"loss/training", "loss/test", "accuracy/test", "L/test"}, f"the tags {set(scalars)}")
        for tag, name in (("loss/training", "loss"), ("loss/test", "test_loss"), ("accuracy/test", "test_accuracy")):
            expect(math.isclose(scalars[tag], line[name], rel_tol=1e-6), f"{tag} in step {number}")

    tree = xml.parse(picture).getroot()
    space = "{http://www.w3.org/2000/svg}"
    expect(tree.tag == space + "svg", "the picture is SVG")
    texts = [text.text for text in tree.iter(space + "text")]
    expect({"training", "test", "epoch", "digits.gw"} <= set(texts) and any(text.startswith("loss") for text in texts), f"axes and legend: {texts}")
    paths = {path.get("class"): path.get("d") for path in tree.iter(space + "path") if "L" in path.get("d")}
    for kind, name in (("training", "loss"), ("held", "test_loss")):
        heights = [float(pair.split(",")[1]) for pair in paths[kind][1:].split("L")[1:]]
        order = sorted(range(4), key=lambda i, name=name: epochs[i][name])
        expect(len(heights) == 4 and sorted(range(4), key=lambda i: -heights[i]) == order, f"the {kind} curve falls as the losses do")
    expect("prefers-color-scheme: dark" in next(tree.iter(space + "style")).text, "light and dark")

    # The same seed, the same lines, but for times.
    again = json.loads(run(*digits, "--epochs", "4", "--metric", "L", "--json").stdout)["epochs"]
    for line in epochs + again:
        del line["samples_per_second"], line["seconds"]
    expect(again == epochs, "the same seed gives the same numbers")

    # What cannot be written is said before anything is trained.
    for option in ("--log", "--plot"):
        done = run(*digits, option, os.path.join(scratch, "nowhere", "file"))
        expect(done.returncode == 3 and "G0508" in done.stderr and done.stdout == "", f"{option} to nowhere")
    done = run(*digits, "--log-tensorboard", log)
    expect(done.returncode == 3 and "G0508" in done.stderr, "a file is no directory of events")
    done = run(*digits, "--epochs", "1", "--log", "/dev/full")
    expect(done.returncode == 3 and "G0508" in done.stderr, "a log on a full disk")

# Quiet, and early stopping.
done = run(*digits, "--epochs", "2", "--quiet")
expect((done.returncode, done.stdout, done.stderr) == (0, "", ""), "--quiet")
done = run(*digits, "--epochs", "60", "--patience", "2", "--rate", "0.3", "--json")
document = json.loads(done.stdout)
losses = [line["test_loss"] for line in document["epochs"]]
best = losses.index(min(losses)) + 1
expect(document["stopped_early"] and document["best_epoch"] == best and len(losses) == best + 2, f"patience of two after epoch {best} of {len(losses)}")
done = run(*digits, "--epochs", "60", "--patience", "2", "--rate", "0.3")
expect(f"stopped early: the parameters are those of epoch {best}" in done.stdout, "early stopping is told")
told = re.search(r"accuracy ([0-9.]+) %\n$", done.stdout).group(1)
expect(told == f"{100 * document['epochs'][best - 1]['test_accuracy']:.2f}", "and the accuracy of those")

# A regression has no accuracy.
with tempfile.NamedTemporaryFile("w", suffix=".csv") as data:
    for i in range(40):
        data.write(f"{i % 7},{i % 5},{2 * (i % 7) - 3 * (i % 5) + 0.5}\n")
    data.flush()
    sheet = "x : R[2]\ny : R\nparam w : R[2]\nparam b : R\nz = w'*x + b\nL = (z - y)^2\nmae = abs(z - y)\nminimize L\n"
    done = run("train", "-", "--data", data.name, "--epochs", "200", "--metric", "mae", text=sheet)
    expect(done.returncode == 0 and "accuracy" not in done.stdout, f"no accuracy of a regression: {done}")
    root_mean = float(re.search(r"RMSE ([0-9.e-]+)\n$", done.stdout).group(1))
    expect(root_mean < 1e-3 and "   mae " in done.stdout, "RMSE and the metric of the sheet")
    done = run("train", "-", "--data", data.name, "--metric", "z2", text=sheet)
    expect(done.returncode == 2 and "G0306" in done.stderr, "a metric that is not there")

    # What is not finite: the place in the sheet, on standard error and in the document.
    done = run("train", "-", "--data", data.name, "--rate", "100", "--json", text=sheet)
    document = json.loads(done.stdout)
    fault = document["diagnostics"][0]
    expect(done.returncode == 2 and "G0507" in done.stderr and "<stdin>:" in done.stderr, "a training that diverges")
    expect(fault["code"] == "G0507" and fault["span"]["line"] in (5, 6), f"the line of z or L: {fault}")
    expect(any("it rises" in note for note in fault["notes"]) and any("--rate" in note for note in fault["notes"]), f"why, and what helps: {fault['notes']}")


# Progress: on a terminal, and nowhere else.
def on_terminal(*arguments, environment=None):
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
    done = subprocess.run([program, *arguments], stdout=subprocess.PIPE, stderr=theirs, cwd=root, timeout=300, check=False,
                          env={**os.environ, "TERM": "xterm", "COLUMNS": "", **(environment or {})})
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:
        pass
    os.close(ours)
    return done, shown.decode()


slow = [*digits, "--epochs", "3", "--backend", "oracle"]
done, shown = on_terminal(*slow)
lines = [line for line in shown.split("\r\x1b[K") if line]
expect(done.returncode == 0 and lines, "progress on a terminal")
for line in lines:
    expect(re.match(r"epoch \d/3 +\d+ %   loss [\d.]+ ", line) and len(line) < 60, f"a line of progress that fits: {line!r}")
expect(shown.endswith("\r\x1b[K"), "and nothing of it stays")
expect(b"\x1b" not in done.stdout and b"epoch   3/3" in done.stdout, "the lines of the epochs are as ever")
for silent in (on_terminal(*slow, "--quiet"), on_terminal(*slow, environment={"TERM": "dumb"})):
    expect(silent[1] == "", "no progress where it is not wanted")
expect(run(*slow).stderr == "", "no progress in a pipe")
print("training: all as expected")
