#!/usr/bin/env python3
"""Compiled programs beside PyTorch, JAX, tensorgrad and hand-written C, interleaved in one run.

usage: bench/programs/peers.py [--rounds 9] [--seconds 0.3] [--only PART] [--json FILE] [--markdown FILE] [--peers a,b,…]

Each contestant is a process of its own that keeps its programs warm and is asked in turn, so that drift of the machine meets all of them alike.
A table a case: median time of a step, and the ratio to Gradwright's. Every contestant runs with each number of threads it is given; its best counts.
Needs build/release/bench/bench_programs and bench/peers/requirements.txt (PyTorch, JAX: bench/peers/worker.py).
"""
import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
PROGRAM = os.path.join(ROOT, "build", "release", "bench", "bench_programs")


def network(layers, batch):
    """A sheet with an explicit batch (samples are columns), ReLU between the layers, softmax cross-entropy at the end."""
    text = [f"X : R[{layers[0]},{batch}]", f"Y : R[{layers[-1]},{batch}]"]
    before = "X"
    for i, (wide, high) in enumerate(zip(layers, layers[1:]), 1):
        text += [f"param W{i} : R[{high},{wide}]", f"param b{i} : R[{high}]"]
    for i in range(1, len(layers)):
        last = i == len(layers) - 1
        text.append(f"Z{i} = W{i}*{before} + b{i}*ones({batch})'" if batch > 1 else f"Z{i} = W{i}*{before} + b{i}")
        if not last:
            text.append(f"A{i} = relu(Z{i})")
            before = f"A{i}"
    last = len(layers) - 1
    soft = f"softmax_cols(Z{last})" if batch > 1 else f"softmax(Z{last})"
    text.append(f"L = -1/{batch}*sum(Y .* log({soft}))")
    text.append("minimize L")
    if batch == 1:
        text[0], text[1] = f"x : R[{layers[0]}]", f"y : R[{layers[-1]}]"
        text = [line.replace("*X ", "*x ").replace("Y .*", "y .*") for line in text]
    return "\n".join(text) + "\n"


QUESTION = """x : R[2]
y : R[2]
param W2 : R[3,2]
param W3 : R[2,3]
z2 = W2*x
a2 = relu(z2)
z3 = W3*a2
a3 = sigmoid(z3)
L = 1/2*sum((a3 - y)^2)
minimize L
"""


def relu_tower(n, depth=10):
    text = ["x : R[%d]" % n, "y : R[%d]" % n]
    text += [f"W{i} : R[{n},{n}]" for i in range(1, depth + 1)]
    before = "x"
    for i in range(1, depth):
        text.append(f"a{i} = relu(W{i}*{before})")
        before = f"a{i}"
    text += [f"z = W{depth}*{before}", "L = -sum(y .* log(softmax(z)))", "derive L wrt W1"]
    return "\n".join(text) + "\n"


def cases():
    yield {"name": "2-3-2 SGD step, batch 1", "task": "question", "sheet": QUESTION, "kind": "train", "batches": 8192}
    for layers, batches in (([64, 32, 10], (1, 32, 128)), ([784, 128, 10], (1, 32, 128)), ([784, 512, 512, 10], (128,))):
        for batch in batches:
            yield {"name": "-".join(map(str, layers)) + f" SGD step, batch {batch}", "task": "network", "layers": layers, "batch": batch,
                   "sheet": network(layers, batch), "kind": "train", "batches": 16 if batch > 1 else 256}
    for n in (10, 100, 500, 1000):
        yield {"name": f"x'Ax, value and gradient, n = {n}", "task": "quadratic", "n": n, "kind": "values", "precision": "float64",
               "sheet": f"A : R[{n},{n}]\nx : R[{n}]\nf = x'*A*x\nderive f wrt x\n"}
    for n in (10, 100, 500, 1000):
        yield {"name": f"logistic Hessian, n = {n}, m = {2 * n}", "task": "logistic_hessian", "n": n, "kind": "values", "precision": "float64",
               "sheet": f"X : R[{2 * n},{n}]\ny : R[{2 * n}]\nw : R[{n}]\nf = sum(log(1 + exp(-(y .* (X*w)))))\nhessian f wrt w\n"}
    for n in (10, 100, 500, 1000):
        yield {"name": f"|T - UV'|^2 by U, value and gradient, n = {n}, k = 5", "task": "factorisation", "n": n, "kind": "values", "precision": "float64",
               "sheet": f"T : R[{n},{n}]\nU : R[{n},5]\nV : R[{n},5]\nf = norm2(T - U*V')^2\nderive f wrt U\n"}
    for n in (10, 100, 500, 1000):
        yield {"name": f"10 ReLU layers by the first, value and gradient, n = {n}", "task": "tower", "n": n, "kind": "values", "precision": "float64",
               "sheet": relu_tower(n)}


class Contestant:
    def __init__(self, name, command, environment=None, extra=None):
        self.name, self.extra = name, extra or {}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        text=True, env={**os.environ, **(environment or {})})

    def ask(self, case, seconds):
        try:
            self.process.stdin.write(json.dumps({**case, **self.extra, "seconds": seconds}) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline() or '{"error": "ended"}')
        except (BrokenPipeError, json.JSONDecodeError) as fault:
            return {"error": str(fault)}


def contestants(wanted, threads):
    worker = [sys.executable, os.path.join(HERE, "worker.py")]
    # OpenBLAS takes this processor for an older one where its model is masked
    core = {"OPENBLAS_CORETYPE": "SKYLAKEX"} if "avx512" in open("/proc/cpuinfo", encoding="utf-8").read() else None
    everyone = {"c by hand": lambda: Contestant("c by hand", [PROGRAM.replace("programs", "byhand")], core)}
    for count in threads:
        tag = f" ({count} thread{'s' if count > 1 else ''})"
        limits = {"OMP_NUM_THREADS": str(count), "MKL_NUM_THREADS": str(count), "OPENBLAS_NUM_THREADS": str(count)}
        flags = f"--xla_cpu_multi_thread_eigen={'true' if count > 1 else 'false'} intra_op_parallelism_threads={count}"
        everyone["gradwright" + tag] = lambda c=count, t=tag: Contestant("gradwright" + t, [PROGRAM], None, {"threads": c})
        for peer in ("pytorch", "pytorch-compile", "jax", "tensorgrad"):
            everyone[peer + tag] = lambda p=peer, t=tag, e=limits, f=flags, c=count: Contestant(
                p + t, (["taskset", "-c", "0"] if p == "jax" and c == 1 else []) + worker + [p], {**e, "XLA_FLAGS": f})
    for name, start in everyone.items():
        if not wanted or any(name.startswith(w) for w in wanted):
            yield start()


def markdown(everything):
    """A line a case: our time, and the time of each other contestant as a multiple of it."""
    families = ["c by hand", "jax", "pytorch", "pytorch-compile", "tensorgrad"]
    lines = ["| work | Gradwright, us | " + " | ".join(families) + " |", "| --- " * (len(families) + 2) + "|"]
    for row in everything:
        ours = row["best"].get("gradwright")
        if ours is None:
            continue
        threads = "" if "1 thread" in ours["as"] else ", 2 threads"
        cells = [f"{row['best'][f]['step'] / ours['step']:.2f} x" if f in row["best"] else "-" for f in families]
        lines.append(f"| {row['case'].replace('|', chr(92) + '|')} | {ours['step'] * 1e6:.4g}{threads} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=0.3)
    parser.add_argument("--only", default="")
    parser.add_argument("--json")
    parser.add_argument("--markdown", help="the table for docs/reference/performance.md")
    parser.add_argument("--peers", default="")
    parser.add_argument("--threads", default="1,2")
    arguments = parser.parse_args()
    field = list(contestants([p for p in arguments.peers.split(",") if p], [int(t) for t in arguments.threads.split(",")]))
    processor = re.search(r"model name\s*:\s*(.*)", open("/proc/cpuinfo", encoding="utf-8").read())
    print(f"{processor.group(1) if processor else platform.processor()}, {os.cpu_count()} cores; medians of {arguments.rounds} rounds", flush=True)
    everything = []
    for case in cases():
        if arguments.only not in case["name"]:
            continue
        times, faults = {one.name: [] for one in field}, {}
        for _ in range(arguments.rounds):
            for one in field:
                if one.name in faults:
                    continue
                answer = one.ask(case, arguments.seconds)
                if "error" in answer:
                    faults[one.name] = answer["error"]
                else:
                    times[one.name].append(answer)
        best = {}
        for name, all_of in times.items():
            if all_of and name not in faults:
                family = name.split(" (")[0]
                step = statistics.median(a["step"] for a in all_of)
                if family not in best or step < best[family]["step"]:
                    best[family] = {"step": step, "as": name, "compile": all_of[0].get("compile")}
        ours = best.get("gradwright", {}).get("step")
        print(f"\n{case['name']}")
        for family, row in sorted(best.items(), key=lambda item: item[1]["step"]):
            ratio = f"{row['step'] / ours:8.2f} x" if ours else ""
            print(f"  {row['as']:32} {row['step'] * 1e6:14.3f} us {ratio}", flush=True)
        for name, fault in faults.items():
            print(f"  {name:32} - {str(fault)[:150]}")
        everything.append({"case": case["name"], "best": best, "faults": faults})
    if arguments.markdown:
        with open(arguments.markdown, "w", encoding="utf-8") as file:
            file.write(markdown(everything))
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(everything, file, indent=1)


if __name__ == "__main__":
    main()
