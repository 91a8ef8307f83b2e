#!/usr/bin/env python3
"""Data that are larger than the memory train where they are streamed; small data train to the same bits as in memory."""
import array
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time

os.environ["COLUMNS"] = "1000"  # a sentence in one line
program = os.path.abspath(os.environ["GRADWRIGHT"])
root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
digits = [os.path.join(root, "examples/digits", name) for name in ("digits.gw", "digits.csv.gz")]
WIDTH, BLOCK, BLOCKS = 256, 2000, 200
LIMIT = 384 << 20  # bytes that a process may have; the data are 390 MiB
LOGISTIC = """x : R[256]
y : R
param w : R[256]
param b : R
z = w'*x + b
L = log(1 + exp(z)) - y*z
p = sigmoid(z)
minimize L
"""


def expect(condition, what):
    if not condition:
        sys.exit(f"not so: {what}")


def npy_header(kind, shape):
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def write_large(folder):
    """Two classes that a plane divides: 400 000 rows of 256 float32, a block of 2000 over and over."""
    draw = random.Random(1)
    normal = [draw.gauss(0, 1) for _ in range(WIDTH)]
    x, y = array.array("f"), array.array("B")
    for _ in range(BLOCK):
        row = [draw.gauss(0, 1) for _ in range(WIDTH)]
        x.extend(row)
        y.append(sum(a * b for a, b in zip(row, normal)) > 0)
    for name, kind, shape, numbers in (("x", "<f4", (BLOCK * BLOCKS, WIDTH), x), ("y", "|u1", (BLOCK * BLOCKS,), y)):
        with open(os.path.join(folder, name + ".npy"), "wb") as file:
            file.write(npy_header(kind, shape))
            for _ in range(BLOCKS):
                file.write(numbers)


def run(*arguments, limit=None, kind=resource.RLIMIT_AS, **more):
    """What is printed, and the most memory that was resident, in bytes."""
    environment = {**os.environ, **more}
    environment["ASAN_OPTIONS"] = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "quarantine_size_mb=1"]))
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen([program, *arguments], stdout=out, stderr=err, env=environment,
                                   preexec_fn=None if limit is None else lambda: resource.setrlimit(kind, (limit, limit)))
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(arguments, process.returncode, out.read(), err.read()), 1024 * usage.ru_maxrss


# AddressSanitizer maps terabytes when it starts: there what was resident is measured, and not limited.
is_sanitized = run("--version", limit=1 << 32)[0].returncode != 0
expect(run("--version")[0].returncode == 0, "the program runs")

with tempfile.TemporaryDirectory() as scratch:
    sheet = os.path.join(scratch, "logistic.gw")
    with open(sheet, "w", encoding="utf-8") as file:
        file.write(LOGISTIC)
    write_large(scratch)
    x, y = (os.path.join(scratch, name) for name in ("x.npy", "y.npy"))
    expect(os.path.getsize(x) > LIMIT, "the data are larger than the memory")
    train = ["train", sheet, "--data", f"{x},{y}", "--epochs", "1", "--batch", "64", "--raw", "--threads", "1"]
    if is_sanitized:
        done, resident = run(*train, "--in-memory")
        expect(resident > LIMIT, f"loading takes more than the limit: {resident} bytes")
        done, resident = run(*train, "--stream", "--window", "16")
        print(f"streamed: {resident >> 20} MiB were resident")
        expect(resident < LIMIT, f"a window is resident, and not the data: {resident} bytes")
    else:
        done, resident = run(*train, "--in-memory", limit=LIMIT)
        expect(done.returncode == 3 and "error[G0505]: no memory" in done.stderr and "--stream" in done.stderr,
               f"data that do not fit are a diagnostic: {done}")
        done, resident = run(*train, limit=LIMIT)
        print(f"streamed in {LIMIT >> 20} MiB: {resident >> 20} MiB were resident")
        expect(re.match(r"streamed: in memory the data would take 1\.6 GB, more than half of the 0\.4 GB ", done.stdout), f"it says why it streams: {done}")
    expect(done.returncode == 0, f"data larger than memory train: {done}")
    told = re.search(r"trained on 320000 samples, tested on 80000: accuracy ([0-9.]+) %\n$", done.stdout)
    expect(told and float(told.group(1)) > 99, f"and to an accuracy: {done.stdout}")

    def whole(*arguments, sheet_and_data=None, **more):
        """The parameters at the end."""
        saved = os.path.join(scratch, "saved")
        a, b = sheet_and_data or digits
        finished = run("train", a, "--data", b, "--epochs", "3", "--save", saved, *arguments, **more)[0]
        expect(finished.returncode == 0, f"{arguments} trains: {finished}")
        with open(saved, "rb") as file:
            return file.read()

    # Where all fit the window, the bits are those in memory: texts, gaps, gzip.
    expect(whole("--stream") == whole("--in-memory") == whole(), "digits, streamed or not")
    cells = os.path.join(scratch, "cells.csv")
    with open(cells, "w", encoding="utf-8") as file:
        file.write("size,colour,weight,kind\n")
        for i in range(300):
            file.write(f"{i * 7 % 31 if i % 11 else 'NA'},{('red', 'blue', 'green')[i % 3]},{i * 5 % 17},{'yes' if i % 2 else 'no'}\n")
    table = os.path.join(scratch, "cells.gw")
    with open(table, "w", encoding="utf-8") as file:
        file.write(LOGISTIC.replace("256", "5"))
    for missing in ("drop", "mean"):
        options = ["--missing", missing, "--normalise", "minmax", "--validation", "0.1"]
        expect(whole(*options, "--stream", sheet_and_data=(table, cells)) == whole(*options, sheet_and_data=(table, cells)), f"a table, {missing}")
    done = run("train", table, "--data", cells, "--stream", "--missing", "drop")[0]
    expect("lines left out for a missing value: 28\nclasses: 0 `no`, 1 `yes`\n" in done.stdout, f"what is said of a table: {done.stdout}")

    # Digits in float64 are 1.03 MiB: blocks of 27 in a window of 1 MiB.
    blocks = ["--stream", "--window", "1", "--precision", "float64"]
    wanted = whole(*blocks)
    expect(wanted == whole(*blocks) != whole(*blocks, "--seed", "2"), "the seed decides")
    expect(wanted != whole("--precision", "float64"), "blocks are another order than that in memory")
    kept = os.path.join(scratch, "kept")
    steps = [*blocks, "--checkpoint", kept, "--resume", "--checkpoint-every", "1 step"]
    kills = 0
    while kills < 5:
        training = subprocess.Popen([program, "train", digits[0], "--data", digits[1], "--epochs", "3", *steps], stdout=subprocess.DEVNULL)
        began = time.monotonic()
        before = os.stat(kept).st_mtime_ns if os.path.exists(kept) else 0
        while time.monotonic() < began + 60 and training.poll() is None and (not os.path.exists(kept) or os.stat(kept).st_mtime_ns == before):
            time.sleep(0.001)
        time.sleep(0.02 * kills)
        training.send_signal(signal.SIGKILL)
        if training.wait() == 0:
            break
        kills += 1
    expect(kills > 0 and wanted == whole(*steps), f"the same bits after {kills} kills")
    for other in (["--in-memory"], ["--stream", "--window", "2"]):
        done = run("train", digits[0], "--data", digits[1], "--epochs", "4", "--precision", "float64", "--checkpoint", kept, "--resume", *other)[0]
        expect(done.returncode == 2 and "error[G0521]" in done.stderr and "window" in done.stderr, f"a checkpoint of blocks is not for {other}: {done}")

    # What cannot be.
    done = run("train", digits[0], "--data", digits[1], "--stream", "--optimizer", "lbfgs")[0]
    expect(done.returncode == 2 and "error[G0523]: a method that takes all samples" in done.stderr, f"all samples a step: {done}")
    done = run("train", digits[0], "--data", digits[1], "--stream", "--in-memory")[0]
    expect(done.returncode == 2, f"one of both: {done}")
    done = run("train", digits[0], "--data", digits[1], "--stream", TMPDIR=os.path.join(scratch, "nowhere"))[0]
    expect(done.returncode == 3 and "error[G0508]" in done.stderr and "TMPDIR" in done.stderr, f"no room: {done}")
    done = run("train", digits[0], "--data", digits[1], "--stream", limit=1 << 16, kind=resource.RLIMIT_FSIZE)[0]
    expect(done.returncode == 3 and "error[G0508]" in done.stderr and "File too large" in done.stderr, f"a disk that is full: {done}")
    os.truncate(x, 1 << 20)
    done = run(*train, "--stream")[0]
    expect(done.returncode == 2 and "error[G0506]: `" in done.stderr and "where its header states 409600000" in done.stderr, f"a file cut short: {done}")
print("streaming: all as expected")
