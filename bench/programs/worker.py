#!/usr/bin/env python3
"""One peer of peers.py: PyTorch (eager or torch.compile), JAX (jit, lax.scan over steps) or tensorgrad, each as its users would tune it.

usage: worker.py pytorch|pytorch-compile|jax|tensorgrad     requests on stdin, answers on stdout (see main.cpp)
"""
import json
import os
import sys
import time

import numpy as np

PEER = sys.argv[1]
RNG = np.random.default_rng(1)


def network_data(case):
    """Parameters, then batches of features and one-hot targets, samples in rows as both libraries like it."""
    layers, batch = case["layers"], case["batch"]
    weights = [(RNG.normal(size=(i, o)) / np.sqrt(i)).astype(np.float32) for i, o in zip(layers, layers[1:])]
    biases = [np.zeros(o, np.float32) for o in layers[1:]]
    x = RNG.normal(size=(case["batches"], batch, layers[0])).astype(np.float32)
    labels = RNG.integers(0, layers[-1], size=(case["batches"], batch))
    return weights, biases, x, labels, np.eye(layers[-1], dtype=np.float32)[labels]


def timed(run, seconds):
    """Seconds a step; run() does some steps and says how many."""
    run()
    start = time.perf_counter()
    done = 0
    while True:
        done += run()
        spent = time.perf_counter() - start
        if spent >= seconds:
            return spent / done


def floats(*arrays):
    return [np.asarray(a, np.float64) for a in arrays]


def values_data(case):
    n = case["n"]
    task = case["task"]
    if task == "quadratic":
        return floats(RNG.normal(size=(n, n)) / np.sqrt(n), RNG.normal(size=n))
    if task == "logistic_hessian":
        return floats(RNG.normal(size=(2 * n, n)), RNG.choice([-1.0, 1.0], size=2 * n), RNG.normal(size=n) / n)
    if task == "factorisation":
        return floats(RNG.normal(size=(n, n)), RNG.normal(size=(n, 5)), RNG.normal(size=(n, 5)))
    return floats(RNG.normal(size=n), np.eye(n)[0], *[RNG.normal(size=(n, n)) * np.sqrt(2 / n) for _ in range(10)])


# ---- PyTorch ---------------------------------------------------------------------------------------------------------------------------
def pytorch(case):
    import torch
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    compiled = PEER == "pytorch-compile"
    wrap = (lambda f: torch.compile(f, mode="max-autotune-no-cudagraphs", fullgraph=True)) if compiled else (lambda f: f)
    rate = 0.01
    if case["task"] in ("question", "network"):
        if case["task"] == "question":
            x = torch.tensor(RNG.normal(size=(case["batches"], 2)).astype(np.float32))
            y = torch.tensor(RNG.uniform(size=(case["batches"], 2)).astype(np.float32))
            parameters = [torch.tensor(RNG.normal(size=s).astype(np.float32)) for s in ((3, 2), (2, 3))]

            def loss(p, xs, ys):
                return 0.5 * ((torch.sigmoid(p[1] @ torch.relu(p[0] @ xs)) - ys) ** 2).sum()
        else:
            weights, biases, xn, labels, _ = network_data(case)
            x, y = torch.tensor(xn), torch.tensor(labels)
            parameters = [torch.tensor(a) for pair in zip(weights, biases) for a in pair]

            def loss(p, xs, ys):
                a = xs
                for i in range(0, len(p) - 2, 2):
                    a = torch.relu(torch.addmm(p[i + 1], a, p[i]))
                return torch.nn.functional.cross_entropy(torch.addmm(p[-1], a, p[-2]), ys)

        if compiled:
            def step(p, xs, ys):
                gradient = torch.func.grad(loss)(p, xs, ys)
                for q, g in zip(p, gradient):
                    q.sub_(g, alpha=rate)
            step = wrap(step)
        else:
            for q in parameters:
                q.requires_grad_()

            def step(p, xs, ys):
                gradient = torch.autograd.grad(loss(p, xs, ys), p)
                with torch.no_grad():
                    torch._foreach_sub_(p, gradient, alpha=rate)

        some = min(case["batches"], 512)

        def run():
            for i in range(some):
                step(parameters, x[i], y[i])
            return some
        return run
    data = [torch.tensor(a) for a in values_data(case)]
    if case["task"] == "quadratic":
        matrix, v = data
        f = wrap(torch.func.grad_and_value(lambda q: q @ (matrix @ q)))
        return lambda: (f(v), 1)[1]
    if case["task"] == "logistic_hessian":
        big, sign, w = data

        def logistic(q):
            return torch.nn.functional.softplus(-sign * (big @ q)).sum()

        def by_hand(q):  # what a user of PyTorch writes who knows the formula
            s = torch.sigmoid(sign * (big @ q))
            return big.T @ (big * (s * (1 - s))[:, None])
        hessian = wrap(torch.func.hessian(logistic)) if case["n"] <= 100 else wrap(by_hand)
        return lambda: (hessian(w), 1)[1]
    if case["task"] == "factorisation":
        t, u, v = data
        f = wrap(torch.func.grad_and_value(lambda q: ((t - q @ v.T) ** 2).sum()))
        return lambda: (f(u), 1)[1]
    x, y, *weights = data

    def tower(first):
        a = torch.relu(first @ x)
        for w in weights[1:-1]:
            a = torch.relu(w @ a)
        return -(y * torch.log_softmax(weights[-1] @ a, 0)).sum()
    f = wrap(torch.func.grad_and_value(tower))
    return lambda: (f(weights[0]), 1)[1]


# ---- JAX -------------------------------------------------------------------------------------------------------------------------------
def jax_(case):
    import jax
    import jax.numpy as jnp
    rate = 0.01
    if case["task"] in ("question", "network"):
        if case["task"] == "question":
            x = jnp.asarray(RNG.normal(size=(case["batches"], 2)), jnp.float32)
            y = jnp.asarray(RNG.uniform(size=(case["batches"], 2)), jnp.float32)
            parameters = [jnp.asarray(RNG.normal(size=s), jnp.float32) for s in ((3, 2), (2, 3))]

            def loss(p, xs, ys):
                return 0.5 * ((jax.nn.sigmoid(p[1] @ jax.nn.relu(p[0] @ xs)) - ys) ** 2).sum()
        else:
            weights, biases, xn, _, one_hot = network_data(case)
            x, y = jnp.asarray(xn), jnp.asarray(one_hot)
            parameters = [jnp.asarray(a) for pair in zip(weights, biases) for a in pair]

            def loss(p, xs, ys):
                a = xs
                for i in range(0, len(p) - 2, 2):
                    a = jax.nn.relu(a @ p[i] + p[i + 1])
                return -(ys * jax.nn.log_softmax(a @ p[-2] + p[-1])).sum() / xs.shape[0]

        @jax.jit
        def many(p):
            def step(q, sample):
                return [a - rate * g for a, g in zip(q, jax.grad(loss)(q, *sample))], None
            return jax.lax.scan(step, p, (x, y))[0]
        state = {"p": parameters}

        def run():
            state["p"] = jax.block_until_ready(many(state["p"]))
            return case["batches"]
        return run
    jax.config.update("jax_enable_x64", True)
    data = [jnp.asarray(a) for a in values_data(case)]
    if case["task"] == "quadratic":
        matrix, v = data
        f = jax.jit(jax.value_and_grad(lambda q, m: q @ (m @ q)))
        return lambda: (jax.block_until_ready(f(v, matrix)), 1)[1]
    if case["task"] == "logistic_hessian":
        big, sign, w = data

        def logistic(q, b, s):
            return jax.nn.softplus(-s * (b @ q)).sum()

        def by_hand(q, b, s):
            z = jax.nn.sigmoid(s * (b @ q))
            return b.T @ (b * (z * (1 - z))[:, None])
        f = jax.jit(jax.hessian(logistic) if case["n"] <= 100 else by_hand)
        return lambda: (jax.block_until_ready(f(w, big, sign)), 1)[1]
    if case["task"] == "factorisation":
        t, u, v = data
        f = jax.jit(jax.value_and_grad(lambda q, t_, v_: ((t_ - q @ v_.T) ** 2).sum()))
        return lambda: (jax.block_until_ready(f(u, t, v)), 1)[1]
    x, y, *weights = data

    def tower(first, rest, xs, ys):
        a = jax.nn.relu(first @ xs)
        for w in rest[:-1]:
            a = jax.nn.relu(w @ a)
        return -(ys * jax.nn.log_softmax(rest[-1] @ a)).sum()
    f = jax.jit(jax.value_and_grad(tower))
    return lambda: (jax.block_until_ready(f(weights[0], weights[1:], x, y)), 1)[1]


# ---- tensorgrad ------------------------------------------------------------------------------------------------------------------------
def tensorgrad(case):
    import sympy
    import torch
    import tensorgrad as tg
    from tensorgrad import functions as F
    from tensorgrad.compiler import compile_to_callable
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))

    def compiled(*outputs):
        return compile_to_callable(*outputs, verbose=False, torch_compile=True)

    def named(array, *edges):
        return torch.tensor(array).rename(*edges)

    if case["task"] in ("question", "network"):
        return tensorgrad_steps(case, tg, F, sympy, compiled, named)
    i, j, k = sympy.symbols("i j k")
    if case["task"] == "quadratic":
        v, m = tg.Variable("x", i), tg.Variable("A", i, j=i)
        f, wrt = v @ m @ v.rename(i="j"), v
        matrix, vector = values_data(case)
        bound = {v: named(vector, "i"), m: named(matrix, "i", "j")}
    elif case["task"] == "factorisation":
        t, u, v = tg.Variable("T", i, j), tg.Variable("U", i, k), tg.Variable("V", j, k)
        f, wrt = F.frobenius2(t - u @ v), u
        tn, un, vn = values_data(case)
        bound = {t: named(tn, "i", "j"), u: named(un, "i", "k"), v: named(vn, "j", "k")}
    elif case["task"] == "logistic_hessian":
        x, y, w = tg.Variable("X", j, i), tg.Variable("y", j), tg.Variable("w", i)
        xn, yn, wn = values_data(case)
        f = F.sum(F.log(1 + F.exp(-1 * (y * (x @ w)))))
        hessian = tg.Derivative(tg.Derivative(f, w, {"i": "i1"}), w, {"i": "i2"})
        call = compiled(hessian)
        bound = {x: named(xn, "j", "i"), y: named(yn, "j"), w: named(wn, "i")}
        return lambda: (call(bound, {i: case["n"], j: 2 * case["n"]}), 1)[1]
    else:
        xn, yn, *layers = values_data(case)
        x, y = tg.Variable("x", i), tg.Variable("y", i)
        bound, before = {x: named(xn, "i"), y: named(yn, "i")}, x
        for depth, layer in enumerate(layers, 1):
            weights = tg.Variable(f"W{depth}", o=i, i=i)
            bound[weights] = named(layer, "o", "i")
            before = (weights @ before).rename(o="i")
            if depth < len(layers):
                before = F.relu(before)
            if depth == 1:
                wrt = weights
        f = F.cross_entropy(before, y, dim="i")
    call = compiled(f, tg.Derivative(f, wrt))
    sizes = {i: case["n"], j: case["n"], k: 5}
    return lambda: (call(bound, sizes), 1)[1]


def tensorgrad_steps(case, tg, F, sympy, compiled, named):
    """SGD steps: loss and gradients are one compiled program, the update is PyTorch's, in place."""
    import torch
    batch = sympy.symbols("b")
    layers = [2, 3, 2] if case["task"] == "question" else case["layers"]
    widths = sympy.symbols(f"n0:{len(layers)}")
    x, y = tg.Variable("x", batch, n0=widths[0]), tg.Variable("y", batch, **{f"n{len(layers) - 1}": widths[-1]})
    before, variables = x, []
    for depth in range(1, len(layers)):
        low, high = f"n{depth - 1}", f"n{depth}"
        variables.append(tg.Variable(f"W{depth}", **{low: widths[depth - 1], high: widths[depth]}))
        before = before @ variables[-1]
        if case["task"] == "network":
            variables.append(tg.Variable(f"c{depth}", **{high: widths[depth]}))
            before = before + variables[-1]
        if depth < len(layers) - 1:
            before = F.relu(before)
    last = f"n{len(layers) - 1}"
    if case["task"] == "question":
        loss = F.sum((F.sigmoid(before) - y) * (F.sigmoid(before) - y)) / 2
        steps = case["batches"]
        xs, ys = RNG.normal(size=(steps, 1, 2)).astype(np.float32), RNG.uniform(size=(steps, 1, 2)).astype(np.float32)
        arrays = [RNG.normal(size=s).astype(np.float32) for s in ((2, 3), (3, 2))]
    else:
        loss = F.sum(F.cross_entropy(before, y, dim=last)) / case["batch"]
        weights, biases, xs, _, ys = network_data(case)
        arrays = [a for pair in zip(weights, biases) for a in pair]
    call = compiled(loss, *[tg.Derivative(loss, v) for v in variables])
    tensors = [named(a, *v.edges) for a, v in zip(arrays, variables)]
    sizes = {batch: xs.shape[1], **dict(zip(widths, layers))}
    data = [(named(a, "b", "n0"), named(b, "b", last)) for a, b in zip(xs[:256], ys[:256])]

    def run():
        for inputs, targets in data:
            _, *gradients = call({x: inputs, y: targets, **dict(zip(variables, tensors))}, sizes)
            for tensor, gradient in zip(tensors, gradients):
                tensor.rename(None).sub_(gradient.align_to(*tensor.names).rename(None), alpha=0.01)
        return len(data)

    torch.set_grad_enabled(False)
    return run


def main():
    make = {"pytorch": pytorch, "pytorch-compile": pytorch, "jax": jax_, "tensorgrad": tensorgrad}[PEER]
    warm = {}
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is not an answer
    for line in sys.stdin:
        case = json.loads(line)
        try:
            if case["name"] not in warm:
                start = time.perf_counter()
                run = make(case)
                run()
                warm[case["name"]] = (run, time.perf_counter() - start)
            run, first = warm[case["name"]]
            answer = {"step": timed(run, case["seconds"]), "compile": first}
        except Exception as fault:  # a peer that cannot do a case says so, and goes on with the next
            answer = {"error": f"{type(fault).__name__}: {fault}".replace("\n", " ")}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
