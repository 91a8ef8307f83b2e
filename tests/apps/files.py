#!/usr/bin/env python3
"""Files: each is written whole or not at all, nothing that is read is written over, and each is what its name says."""
import io
import json
import os
import resource
import signal
import stat
import subprocess
import sys
import tempfile
import zipfile

os.environ["COLUMNS"] = "1000"  # a sentence in one line
program = os.path.abspath(os.environ["GRADWRIGHT"])
SHEET = "x : R[2]\ny : R\nparam w : R[2]\nparam b : R\nz = w'*x + b\nL = (z - y)^2\nminimize L\n"


def expect(condition, what):
    if not condition:
        sys.exit(f"not so: {what}")


def run(*arguments, text=None, full=None, **more):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (full, full))

    return subprocess.run([program, *arguments], input=text, capture_output=True, text=True, timeout=300, check=False,
                          preexec_fn=limit if full is not None else None, **more)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, text, mode=None):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    if mode is not None:
        os.chmod(path, mode)
    return path


def refused(done, code, what, exit_code=2):
    expect(done.returncode == exit_code and f"error[{code}]" in done.stderr and "help:" in done.stderr, f"{what} is refused by {code}: {done}")


def npy(content):
    """An independent reader: shape and numbers of an NPY file of float64 in C order."""
    expect(content[:6] == b"\x93NUMPY", "the magic of NPY")
    length = int.from_bytes(content[8:10], "little")
    header = eval(content[10:10 + length].decode())  # pylint: disable=eval-used
    expect(header["descr"] == "<f8" and not header["fortran_order"], f"the header {header}")
    return header["shape"], list(memoryview(content[10 + length:]).cast("d"))


# fmt -w: a full disk, an unwritable place, modes and links.
with tempfile.TemporaryDirectory() as scratch:
    def at(name):
        return os.path.join(scratch, name)

    rough = "x:R[3]\nf=x'*x\n" + "# a tail that must not be lost\n" * 50
    for full in (0, 1, 20, 1000):
        sheet = write(at("f.gw"), rough)
        refused(run("fmt", "-w", sheet, full=full), "G0508", f"a disk with {full} bytes left", 3)
        expect(read(sheet).decode() == rough, f"the sheet stays as it was, with {full} bytes left")
        expect(os.listdir(scratch) == ["f.gw"], f"nothing lies beside it: {os.listdir(scratch)}")
    for mode in (0o600, 0o640, 0o755):
        sheet = write(at("f.gw"), rough, mode)
        expect(run("fmt", "-w", sheet).returncode == 0 and read(sheet).startswith(b"x : R[3]\n"), "it is rewritten")
        expect(stat.S_IMODE(os.stat(sheet).st_mode) == mode, f"mode {mode:o} stays")
    os.mkdir(at("links"))
    write(at("f.gw"), rough)
    os.symlink("../f.gw", at("links/own.gw"))
    expect(run("fmt", "-w", at("links/own.gw")).returncode == 0, "a link is followed")
    expect(os.path.islink(at("links/own.gw")) and read(at("f.gw")).startswith(b"x : R[3]\n"), "the link stays, what it names is rewritten")
    expect(sorted(os.listdir(scratch)) == ["f.gw", "links"], "nothing lies beside it")
    refused(run("fmt", "-w", "-", text=rough), "G0540", "standard input rewritten")

    # What a training writes.
    sheet, data, plain = write(at("s.gw"), SHEET), at("d.csv"), at("plain.csv")
    write(data, "a,b,y\n" + "".join(f"{i},{i % 5},{2 * i - 3 * (i % 5) + 1}\n" for i in range(40)))
    train = ["train", sheet, "--data", data, "--epochs", "2"]
    before = {path: read(path) for path in (sheet, data)}
    os.symlink(sheet, at("to_sheet.safetensors"))
    os.link(data, at("same_data.svg"))
    for option, path in (("--save", sheet), ("--save", data), ("--save", at("to_sheet.safetensors")), ("--log", data), ("--log", sheet),
                         ("--plot", at("same_data.svg")), ("--checkpoint", data), ("--save", os.path.join(scratch, "links", "..", "s.gw"))):
        refused(run(*train, option, path), "G0541", f"{option} {path}")
    for pair in (("--save", "--checkpoint"), ("--log", "--save"), ("--log", "--checkpoint")):
        refused(run(*train, pair[0], at("same"), pair[1], os.path.join(scratch, ".", "same")), "G0541", f"{pair} of one name")
        here = subprocess.run([program, *train, pair[0], "not_yet", pair[1], "./not_yet"], capture_output=True, text=True, timeout=60, cwd=scratch, check=False)
        refused(here, "G0541", f"{pair} of one name, told in two ways")
    optimiser = write(at("mine.gw"), "rate = 0.1\ntheta := theta - rate*g\n")
    refused(run(*train, "--optimizer", optimiser, "--save", optimiser), "G0541", "--save over the optimiser")
    for option, path in (("--save", "p.npz"), ("--save", "p.csv"), ("--plot", "p.png"), ("--log", "p.csv"), ("--checkpoint", "c.npz")):
        refused(run(*train, option, at(path)), "G0542", f"{option} {path}")
        expect(not os.path.exists(at(path)), "and nothing is written")
    refused(run("train", "-", "--data", data, "--save", sheet, text=None, stdin=open(sheet, encoding="utf-8")) if False else
            subprocess.run([program, "train", "-", "--data", data, "--save", sheet], stdin=open(sheet, "rb"), capture_output=True, text=True, timeout=60,
                           check=False), "G0541", "the sheet on standard input")
    expect(all(read(path) == content for path, content in before.items()), "sheet and data are as they were")

    victim = write(at("victim"), "precious\n")
    for planted in ("w.safetensors.new", "w.safetensors.tmp", "c.new"):
        os.symlink(victim, at(planted))
    saved = write(at("w.safetensors"), "old", 0o600)
    done = run(*train, "--save", saved, "--checkpoint", at("c"))
    expect(done.returncode == 0 and len(read(saved)) > 100 and read(victim) == b"precious\n", f"a planted link is not followed: {done}")
    expect(stat.S_IMODE(os.stat(saved).st_mode) == 0o600, "mode 600 stays")
    os.symlink("w.safetensors", at("own"))
    os.symlink("new.safetensors", at("dangling"))
    for link in ("own", "dangling"):
        expect(run(*train, "--save", at(link)).returncode == 0 and os.path.islink(at(link)), "a link of one's own stays")
    expect(len(read(at("new.safetensors"))) > 100, "what it names is written")
    old = read(saved)
    done = run(*train, "--save", saved, full=50)
    refused(done, "G0508", "no room for the parameters", 3)
    expect(read(saved) == old, "the parameters before stay")
    log, picture = write(at("log.jsonl"), "old\n"), write(at("curve.svg"), "old")
    done = run(*train, "--log", log, "--plot", picture)
    expect(done.returncode == 0 and [json.loads(line)["epoch"] for line in read(log).splitlines()] == [1, 2], "the log begins anew")
    expect(b"<svg" in read(picture), "the picture")
    done = run(*train, "--plot", picture, full=100)
    refused(done, "G0508", "no room for the picture", 3)
    expect(b"</svg>" in read(picture), "the picture before stays")
    done = run("train", sheet, "--data", data, "--epochs", "40", "--log", log, full=300)
    expect(done.returncode == 3 and read(log) and all(json.loads(line) for line in read(log).splitlines()), "each line of a log is whole")

    # No sample kept for the test.
    done = run(*train, "--test", "0", "--json", "--log", log)
    document = json.loads(done.stdout)
    expect(document["training_samples"] == 40 and document["test_samples"] == 0, f"--test 0 keeps none: {done}")
    expect(set(document["epochs"][0]) == {"epoch", "loss", "samples_per_second", "seconds"}, f"and tells of none: {document['epochs'][0]}")
    done = run(*train, "--test", "0")
    expect(done.returncode == 0 and "nan" not in done.stdout and "trained on 40 samples" in done.stdout, f"in words: {done.stdout}")
    refused(run(*train, "--test", "0", "--patience", "3"), "G0540", "patience without samples to judge by")
    refused(run(*train, "--test", "1"), "G0502", "all samples kept for the test")

# run: formats by their endings.
with tempfile.TemporaryDirectory() as scratch:
    sheet = write(at("s.gw"), "A : R[2,3]\nB = 2*A\nC = A'\ns = sum(A)\n")
    given = write(at("a.csv"), "1,2,3\n4,5,6\n")
    base = ["run", sheet, "--input", f"A={given}", "--precision", "float64"]
    expect(run(*base, "--output", "B=" + at("o.npz"), "--output", "C=" + at("o.npz"), "--output", "s=" + at("o.npz:total")).returncode == 0, "an archive")
    with zipfile.ZipFile(io.BytesIO(read(at("o.npz")))) as archive:
        expect(archive.testzip() is None and archive.namelist() == ["B.npy", "C.npy", "total.npy"], f"its names: {archive.namelist()}")
        expect(npy(archive.read("B.npy")) == ((2, 3), [2, 4, 6, 8, 10, 12]), "B")
        expect(npy(archive.read("C.npy")) == ((3, 2), [1, 4, 2, 5, 3, 6]), "C")
        expect(npy(archive.read("total.npy")) == ((), [21]), "a number")
    done = run("run", "-", "--input", f"B={at('o.npz')}:B", "--output", "D", text="B : R[m,n]\nD = B + 1\n")
    expect(done.stdout == "3,5,7\n9,11,13\n", f"the archive reads back: {done}")
    expect(run(*base, "--output", "B=" + at("o.npy")).returncode == 0 and npy(read(at("o.npy"))) == ((2, 3), [2, 4, 6, 8, 10, 12]), "NPY")
    expect(run(*base, "--output", "B=" + at("o.tsv")).returncode == 0 and read(at("o.tsv")) == b"2\t4\t6\n8\t10\t12\n", "tabs")
    expect(run(*base, "--output", "B=/dev/stdout").stdout == "2,4,6\n8,10,12\n", "standard output by its name")
    for name in ("o.mat", "o.json", "o.txt", "o.csv.gz", "o"):
        refused(run(*base, "--output", "B=" + at(name)), "G0542", name)
        expect(not os.path.exists(at(name)), "and nothing is written")
    refused(run(*base, "--output", f"B={given}"), "G0541", "an input written over")
    refused(run(*base, "--output", "B=" + at("b.csv"), "--output", "C=" + at("b.csv")), "G0541", "two outputs in one file")
    refused(run(*base, "--output", "B=" + at("p.npz"), "--output", "C=" + at("p.npz:B")), "G0541", "two arrays of one name")
    old = read(at("o.npy"))
    refused(run(*base, "--output", "B=" + at("o.npy"), full=60), "G0508", "no room for an output", 3)
    expect(read(at("o.npy")) == old, "the output before stays")
    refused(run(*base, "--output", "B=/dev/full"), "G0508", "a full device", 3)
    refused(run(*base, "--output", "B=" + at("none/o.npy")), "G0508", "a folder that is not there", 3)

# What is not built is refused: a second loss, `wrt`, options that would change nothing.
with tempfile.TemporaryDirectory() as scratch:
    sheet, data = write(at("s.gw"), SHEET), write(at("d.csv"), "".join(f"{i % 3},{i % 5},{i % 2}\n" for i in range(30)))
    for lines, what in (("minimize L wrt w\n", "wrt"), ("minimize L wrt w, b\n", "wrt"), ("minimize L\nminimize z\n", "a second loss"),
                        ("minimize L\nminimize L\n", "the same again")):
        text = SHEET.replace("minimize L\n", lines)
        for verb in (["train", "-", "--data", data], ["export", "-"], ["derive", "-"]):
            refused(run(*verb, text=text), "G0114", f"{what} by {verb[0]}")
    expect(run("train", "-", "--data", data, "--epochs", "1", text=SHEET.replace("minimize L", "minimize L wrt *")).returncode == 0, "`wrt *` is what is built")
    train = ["train", sheet, "--data", data, "--epochs", "1"]
    for options in (["--raw", "--normalise", "minmax"], ["--rate", "0.1", "--optimizer", "adam(rate=0.1)"], ["--rate", "0.1", "--optimizer", "lbfgs"],
                    ["--batch", "4", "--optimizer", "newton"], ["--window", "3"], ["--window", "3", "--in-memory"], ["--precision", "float32", "--backend", "oracle"],
                    ["--threads", "2", "--backend", "interpreter"], ["--precision", "float32", "--optimizer", "lbfgs(history=3)"],
                    ["--backend", "oracle", "--optimizer", "newton"], ["--decay", "1", "--optimizer", "newton"], ["--decay", "1", "--optimizer", "lbfgs"]):
        refused(run(*train, *options), "G0540", " ".join(options))
    # What a file of formulas leaves without effect: it has no rate, speaks of no gradient, or takes all samples a step.
    plain = write(at("plain.opt"), "theta := theta - 0.01*g\n")
    shrinking = write(at("shrinking.opt"), "rate = 0.1\ntheta := theta - rate*theta\n")
    curved = write(at("curved.opt"), "rate = 1\ntheta := theta - rate*solve(H + damping*eye(rows(theta)), g)\n")
    for file, options in ((plain, ["--rate", "5"]), (plain, ["--schedule", "1/t"]), (shrinking, ["--clip", "1"]), (shrinking, ["--clip-value", "1"]),
                          (shrinking, ["--decay", "1"]), (curved, ["--decay", "1"]), (curved, ["--batch", "2"]), (curved, ["--precision", "float32"]),
                          (curved, ["--backend", "oracle"])):
        refused(run(*train, "--optimizer", file, *options), "G0540", " ".join([file, *options]))
    expect(run(*train, "--optimizer", plain, "--clip", "1", "--decay", "1").returncode == 0, "and what has an effect is taken")
    for seed in ("-1", "1.5", "18446744073709551616", ""):
        done = run(*train, "--seed", seed)
        expect(done.returncode == 2 and "is no seed" in done.stderr, f"--seed {seed!r}: {done}")
    x, y = at("x.npy"), at("y.npy")
    for name, column in (("x", [0, 1]), ("y", [2])):
        rows = [line.split(",") for line in read(data).decode().split()]
        table = write(at(name + ".csv"), "".join(",".join(row[c] for c in column) + "\n" for row in rows))
        expect(run("run", "-", "--input", f"A={table}", "--output", f"B={at(name + '.npy')}", text="A : R[m,n]\nB = 1*A\n").returncode == 0, "an array")
    refused(run("train", sheet, "--data", f"{x},{y}", "--missing", "mean"), "G0540", "gaps of arrays")
    derive = write(at("g.gw"), "x : R[n]\nf = x'*x\nderive f wrt x\nclaim df/dx = 2*x\n")
    for options in (["--json", "--to", "latex"], ["--json", "--steps", "full"], ["--to", "gw", "--steps", "full"], ["--explain", "layout", "--to", "latex"]):
        refused(run("derive", derive, *options), "G0540", " ".join(options))
    refused(run("check", derive, "--sheet", derive), "G0540", "--sheet of a worksheet")
    refused(run("run", derive, "--input", f"x={x}", "--input", f"x={y}", "--output", "f"), "G0540", "an input twice")
    refused(run("export", sheet, "--size", "q=3"), "G0504", "a size that is not open")
    refused(run("export", sheet, "--name", "my-loss"), "G0307", "a name that C does not take")
    open_sheet = "x : R[2]\ny : R\nparam V : R[h,2]\nparam w : R[h]\nz = w'*tanh(V*x)\nL = (z - y)^2\nminimize L\n"
    done = run("train", "-", "--data", data, "--epochs", "1", text=open_sheet)
    refused(done, "G0504", "an open size")
    done = run("train", "-", "--data", data, "--epochs", "1", "--size", "h=5", "--save", at("h.safetensors"), text=open_sheet)
    expect(done.returncode == 0 and b'"shape":[5,2]' in read(at("h.safetensors")), f"--size h=5: {done}")
    refused(run("train", "-", "--data", data, "--size", "n=4", text="X : R[n,2]\nY : R[n]\nparam w : R[2]\nL = mean((X*w - Y).^2)\nminimize L\n"),
            "G0540", "the size of a batch")
print("files: all as expected")
