#!/usr/bin/env python3
"""Epochs a second of the network of examples/mnist (784-512-512-10, batch 128, Adam): Gradwright, PyTorch, JAX, with their data pipelines.

usage: peers.py --data FOLDER [--gradwright PATH] [--epochs 3] [--rounds 3] [--threads 2] [--peers torch,jax] [--json FILE]

FOLDER holds images.idx and labels.idx (examples/mnist/fetch.py). Each round runs every program once, one after the other, so that what else the
machine does meets all of them; the fastest epoch of all rounds counts, and all are written. An epoch is 60 000 samples in steps of 128 in a new
random order, float32, on as many processors as threads; each program tests on 10 000 samples afterwards, which counts too. Not counted: starting, loading, compiling,
the first epoch. The peers run in the interpreter of --python, which needs torch and jax, for processors alone. They keep the data as one float32 array and take each batch from it by index.
"""
import argparse
import functools
import json
import os
import re
import subprocess
import sys
import time

BATCH, SIZES, TRAINING = 128, (784, 512, 512, 10), 60000


def data(folder):
    import numpy
    images = numpy.fromfile(os.path.join(folder, "images.idx"), dtype=numpy.uint8)[16:].reshape(-1, 784)
    labels = numpy.fromfile(os.path.join(folder, "labels.idx"), dtype=numpy.uint8)[8:]
    order = numpy.random.default_rng(1).permutation(len(labels))
    return images[order].astype(numpy.float32) / 255, labels[order].astype(numpy.int64)


def batches(count, random):
    order = random.permutation(count)
    return [order[first:first + BATCH] for first in range(0, count, BATCH)]


def told(losses, right, started):
    print(json.dumps({"seconds": time.perf_counter() - started, "loss": losses, "accuracy": right}), flush=True)


def run_torch(folder, epochs, threads):
    import numpy
    import torch
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    x, y = (torch.from_numpy(part) for part in data(folder))
    layers = []
    for inputs, outputs in zip(SIZES, SIZES[1:]):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    network = torch.nn.Sequential(*layers[:-1])
    for layer in network:
        if isinstance(layer, torch.nn.Linear):
            torch.nn.init.kaiming_normal_(layer.weight)
            torch.nn.init.zeros_(layer.bias)
    optimiser = torch.optim.Adam(network.parameters(), lr=0.001, fused=True)
    random = numpy.random.default_rng(2)
    for _ in range(epochs):
        started = time.perf_counter()
        total = torch.zeros(())
        for chosen in batches(TRAINING, random):
            index = torch.from_numpy(chosen)
            optimiser.zero_grad(set_to_none=True)
            loss = torch.nn.functional.cross_entropy(network(x[index]), y[index])
            loss.backward()
            optimiser.step()
            total += loss.detach() * len(chosen)
        losses = float(total) / TRAINING
        with torch.no_grad():
            right = float((network(x[TRAINING:]).argmax(1) == y[TRAINING:]).float().mean())
        told(losses, right, started)


def run_jax(folder, epochs, threads):
    os.environ["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen={'true' if threads > 1 else 'false'} intra_op_parallelism_threads={threads}"
    import jax
    import jax.numpy as jnp
    import numpy
    x, y = data(folder)
    random = numpy.random.default_rng(2)
    theta = [(random.normal(0, (2 / i) ** 0.5, (i, o)).astype(numpy.float32), numpy.zeros(o, numpy.float32)) for i, o in zip(SIZES, SIZES[1:])]

    def logits(theta, x):
        for w, b in theta[:-1]:
            x = jax.nn.relu(x @ w + b)
        return x @ theta[-1][0] + theta[-1][1]

    def loss_of(theta, x, y):
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits(theta, x)), y[:, None], 1))

    @functools.partial(jax.jit, donate_argnums=(0, 1, 2))  # updated in place
    def step(theta, m, v, t, x, y):
        loss, g = jax.value_and_grad(loss_of)(theta, x, y)
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        theta = jax.tree.map(lambda p, m, v: p - 0.001 * (m / (1 - 0.9 ** t)) / (jnp.sqrt(v / (1 - 0.999 ** t)) + 1e-8), theta, m, v)
        return theta, m, v, loss

    test = jax.jit(lambda theta, x, y: jnp.mean(jnp.argmax(logits(theta, x), 1) == y))
    m = jax.tree.map(jnp.zeros_like, theta)
    v = jax.tree.map(jnp.zeros_like, theta)
    t = 0
    for _ in range(epochs):
        started, total = time.perf_counter(), []
        for chosen in batches(TRAINING, random):
            t += 1
            theta, m, v, loss = step(theta, m, v, float(t), x[chosen], y[chosen])
            total.append(loss * len(chosen))
        losses = float(sum(total)) / TRAINING
        told(losses, float(test(theta, x[TRAINING:], y[TRAINING:])), started)


def pin(threads):
    """So many processors, whatever a program's own threads do beside those that it was asked for."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def run_peer(name, options):
    command = [options.python, os.path.abspath(__file__), "--worker", name, "--data", options.data, "--epochs", str(options.epochs + 1), "--threads", str(options.threads)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False, preexec_fn=lambda: pin(options.threads))
    if done.returncode != 0:
        sys.exit(f"{name} ended with {done.returncode}: {done.stderr[-2000:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def run_gradwright(options):
    """An epoch lasts from the line that tells the one before to its own."""
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    command = [options.gradwright, "train", os.path.join(root, "examples/mnist/mnist.gw"), "--raw", "--test", "0.142858", "--batch", str(BATCH), "--optimizer",
               "adam(rate=0.001)", "--data", f"{options.data}/images.idx,{options.data}/labels.idx", "--epochs", str(options.epochs + 1), "--threads", str(options.threads)]
    started = time.perf_counter()
    program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=lambda: pin(options.threads))
    epochs, before = [], None
    for line in program.stdout:
        found = re.match(r"epoch +\d+/\d+ +loss (\S+) +test accuracy +(\S+) %", line)
        if found:
            now = time.perf_counter()
            epochs.append({"seconds": now - (before or started), "loss": float(found[1]), "accuracy": float(found[2]) / 100})
            before = now
    if program.wait() != 0 or len(epochs) != options.epochs + 1:
        sys.exit("gradwright did not train")
    return epochs


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--gradwright", default="build/release/gradwright")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--peers", default="torch,jax")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json")
    parser.add_argument("--worker")
    options = parser.parse_args()
    if options.worker:
        {"torch": run_torch, "jax": run_jax}[options.worker](options.data, options.epochs, options.threads)
        return
    names = ["gradwright", *options.peers.split(",")]
    found = {name: [] for name in names}
    for turn in range(options.rounds):
        for name in names[turn % len(names):] + names[:turn % len(names)]:
            epochs = run_gradwright(options) if name == "gradwright" else run_peer(name, options)
            found[name].append(epochs)
            print(f"round {turn + 1}  {name:11} " + "  ".join(f"{epoch['seconds']:.2f} s" for epoch in epochs) + f"   accuracy {100 * epochs[-1]['accuracy']:.2f} %", flush=True)
    print(f"\n{options.threads} threads, batch {BATCH}, {'-'.join(map(str, SIZES))}; the first epoch of a run does not count")
    print(f"{'':12}{'fastest epoch':>15}{'median':>10}{'epochs/s':>10}")
    for name in names:
        times = sorted(epoch["seconds"] for epochs in found[name] for epoch in epochs[1:])
        print(f"{name:12}{times[0]:13.2f} s{times[len(times) // 2]:8.2f} s{1 / times[0]:10.3f}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(found, file, indent=1)


main()
