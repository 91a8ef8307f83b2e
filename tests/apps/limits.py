#!/usr/bin/env python3
"""Large inputs are answered or refused with a code, in memory that grows with the input and no faster: never by what the machine has."""
import json
import os
import subprocess
import sys
import tempfile

program = os.path.abspath(os.environ["GRADWRIGHT"])
environment = {**os.environ, "ASAN_OPTIONS": ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "quarantine_size_mb=0:thread_local_quarantine_size_kb=0:detect_leaks=0"]))}
MOST_BYTES = 1 << 30


def scalars(count, formula, request):
    return "".join(f"param s{i} : R\n" for i in range(count)) + f"f = {formula}\n{request}\n"


def chained(count, request):
    return "x : R[n]\na1 = softmax(x)\n" + "".join(f"a{i} = softmax(a{i - 1})\n" for i in range(2, count + 1)) + f"f = sum(a{count}.^2)\n{request}\n"


def answer(text, command=("derive", "-")):
    """Exit code, what is said, peak bytes."""
    with subprocess.Popen([program, *command], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        out, _ = process.communicate(text.encode(), timeout=600)
    return process.returncode, out.decode()


def peak(text, command=("derive", "-")):
    """The same in a process of its own, whose only child is the program."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        import resource
        code, out = answer(text, command)
        bytes_taken = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        with os.fdopen(writer, "w", encoding="utf-8") as told:
            told.write(f"{code} {bytes_taken}\n{out[:100000]}")
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as told:
        code, taken = map(int, told.readline().split())
        out = told.read()
    os.waitpid(child, 0)
    return code, out, taken


answered = {
    "a layer of 1024×1024": "x, b, y : R[1024]\nW : R[1024,1024]\nL = sum((tanh(W*x + b) - y).^2)\nderive L wrt W\n",
    "an embedding of 5000×768": "param E : R[5000,768]\nx : R[768]\ny : R[5000]\nL = sum((E*x - y).^2)\nderive L wrt E\n",
    "the Hessian of six chained softmaxes": chained(6, "hessian f wrt x"),
    "the Hessian of a product of 79 scalars": scalars(79, "*".join(f"s{i}" for i in range(79)), "hessian f wrt *"),
    "3000 scalars": scalars(3000, " + ".join(f"s{i}^2" for i in range(3000)), "derive f wrt *"),
}
refused = {
    "4000000000 entries": ("G0511", "x : R[4000000000]\nL = sum(x.^2)\nderive L wrt x\n"),
    "a literal of 20000 rows": ("G0511", "x : R[n]\nM = [" + ";\n".join("1, 2, 3" for _ in range(20000)) + "]\nL = sum(M)*sum(x)\nderive L wrt x\n"),
    "a million brackets": ("G0107", "x : R\nf = " + "(" * 1_000_000 + "x" + ")" * 1_000_000 + "\nderive f wrt x\n"),
}
for name, sheet in answered.items():
    code, out, taken = peak(sheet)
    if code != 0 or taken > MOST_BYTES:
        sys.exit(f"not so: {name} is answered within {MOST_BYTES >> 20} MiB: exit code {code}, {taken >> 20} MiB\n{out[:2000]}")
for name, (diagnostic, sheet) in refused.items():
    code, out, taken = peak(sheet)
    if code != 2 or f"error[{diagnostic}]" not in out or "help:" not in out or taken > MOST_BYTES:
        sys.exit(f"not so: {name} is refused by {diagnostic} within {MOST_BYTES >> 20} MiB: exit code {code}, {taken >> 20} MiB\n{out[:2000]}")
# Results that are derived together share what led to them: twice as many take twice the memory, not four times.
small, large = (peak(scalars(count, " + ".join(f"s{i}^2" for i in range(count)), "derive f wrt *"), ("derive", "--to", "gw", "--no-verify", "-"))[2] for count in (1500, 3000))
if large > 3 * small:
    sys.exit(f"not so: 3000 scalars take at most three times the memory of 1500: {large >> 20} MiB and {small >> 20} MiB")
# What computes is estimated before it is begun: against the machine's memory, or less of it.
with tempfile.TemporaryDirectory() as folder:
    def file(name, text):
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as written:
            written.write(text)
        return path

    outer = file("outer.gw", "x : R[n]\nM = tanh(x*x')\ns = sum(M*M)\n")
    vector = file("x.csv", "0.5\n" * 100_000)
    few = file("few.csv", "0.5\n" * 1000)
    values = file("x.json", json.dumps({"x": [0.5] * 100_000}))
    net = file("net.gw", "x : R[2]\ny : R\nparam W : R[4000,2]\nL = (sum(tanh(W*x)) - y)^2\nminimize L\n")
    layer = file("layer.gw", answered["a layer of 1024×1024"])
    data = file("d.csv", "a,b,y\n" + "1,2,3\n2,1,4\n" * 20)
    large = [("eval", outer, "--inputs", values), ("run", outer, "--input", f"x={vector}", "--output", f"M={folder}/m.npy")]
    bounded = [("run", outer, "--input", f"x={few}", "--output", f"M={folder}/m.npy", "--limit", "1MB"),
               ("train", net, "--data", data, "--batch", "10", "--limit", "50kB", "--epochs", "1"), ("derive", "--limit", "1MB", layer)]
    for command in large + bounded:
        code, out, taken = peak("", command)
        if code != 2 or "error[G0511]" not in out or "help:" not in out or taken > MOST_BYTES:
            sys.exit(f"not so: {command} is refused by G0511 within {MOST_BYTES >> 20} MiB: exit code {code}, {taken >> 20} MiB\n{out[:2000]}")
    code, out, _ = peak("", ("run", outer, "--input", f"x={few}", "--output", "s", "--limit", "1GB"))
    if code != 0:
        sys.exit(f"not so: what fits is computed: {out[:2000]}")
print("limits: all as expected")
