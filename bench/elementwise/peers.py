#!/usr/bin/env python3
"""Elementwise functions in PyTorch and JAX on one thread, float32, in turns; bench_elementwise times ours, libm and libmvec.

usage: taskset -c 0 bench/elementwise/peers.py [--numbers 32768] [--rounds 15]     needs bench/peers/requirements.txt
"""
import argparse
import os
import statistics
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import jax
import jax.numpy as jnp
import numpy as np
import torch

torch.set_num_threads(1)
FUNCTIONS = {
    "exp": (torch.exp, jnp.exp), "log": (torch.log, jnp.log), "log1p": (torch.log1p, jnp.log1p), "expm1": (torch.expm1, jnp.expm1),
    "tanh": (torch.tanh, jnp.tanh), "sigmoid": (torch.sigmoid, jax.nn.sigmoid), "erf": (torch.erf, jax.scipy.special.erf),
    "softplus": (torch.nn.functional.softplus, jax.nn.softplus),
}


def seconds_of(call, least=0.02):
    count = 1
    while True:
        start = time.perf_counter()
        for _ in range(count):
            result = call()
        if hasattr(result, "block_until_ready"):
            result.block_until_ready()
        spent = time.perf_counter() - start
        if spent >= least:
            return spent / count
        count *= 2


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--numbers", type=int, default=32768)
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    print("| function | PyTorch, ns an element | JAX |\n| --- | --- | --- |")
    for name, (of_torch, of_jax) in FUNCTIONS.items():
        low = {"log": 0.01, "log1p": -0.9}.get(name, -6)
        numbers = np.linspace(low, low + 10, arguments.numbers, dtype=np.float32)
        x, out = torch.tensor(numbers), torch.empty(arguments.numbers)
        compiled, on_jax = jax.jit(of_jax), jnp.asarray(numbers)
        calls = [lambda: of_torch(x) if name == "softplus" else of_torch(x, out=out), lambda: compiled(on_jax)]
        times = [[], []]
        for _ in range(arguments.rounds):
            for which, call in enumerate(calls):
                times[which].append(seconds_of(call))
        print("| " + name + " | " + " | ".join(f"{statistics.median(t) / arguments.numbers * 1e9:.3f}" for t in times) + " |", flush=True)


if __name__ == "__main__":
    main()
