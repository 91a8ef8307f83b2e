#!/usr/bin/env python3
"""Derivation beside SymPy and tensorgrad, interleaved in one run: derive, simplify and print the same gradients.

usage: bench/derive/peers.py [ROUNDS]     needs build/release/bench/bench_derive and bench/peers/requirements.txt
Prints the median of each in milliseconds and the ratios; `-` where a peer has no answer (it raises, or does not print a formula).
"""
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import sympy
import tensorgrad as tg
from tensorgrad import functions as F
from tensorgrad.extras.to_latex import to_latex

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
BENCH = os.path.join(ROOT, "build", "release", "bench", "bench_derive")


def sympy_case(build):
    def run():
        function, variable = build()
        return sympy.latex(function.diff(variable).doit())
    return run


def tensorgrad_case(build):
    def run():
        function, variable = build()
        return to_latex(tg.Derivative(function, variable).full_simplify())
    return run


n, m, k, d, b = sympy.symbols("n m k d b", integer=True, positive=True)
A, B, X = sympy.MatrixSymbol("A", n, n), sympy.MatrixSymbol("B", n, n), sympy.MatrixSymbol("X", n, n)
x, y = sympy.MatrixSymbol("x", n, 1), sympy.MatrixSymbol("y", n, 1)


def quadratic():
    vector, matrix = tg.Variable("x", i=n), tg.Variable("A", i=n, j=n)
    return vector @ matrix @ vector.rename(i="j"), vector


def trace():
    left, middle, right = tg.Variable("A", i=n, j=n), tg.Variable("X", j=n, k=n), tg.Variable("B", k=n, i=n)
    return left @ middle @ right, middle


def least_squares():
    bb, xx, yy = sympy.symbols("b x y")
    data, target, weight = tg.Variable("X", bb, xx), tg.Variable("Y", bb, yy), tg.Variable("W", xx, yy)
    return tg.frobenius2(data @ weight - target), weight


def cross_entropy():
    bb, xx, yy = sympy.symbols("b x y")
    data, target, weight = tg.Variable("X", bb, xx), tg.Variable("Y", bb, yy), tg.Variable("W", xx, yy)
    return F.sum(F.cross_entropy(data @ weight, target, ["y"]), ["b"]), weight


def tanh_layer():
    bb, xx, yy = sympy.symbols("b x y")
    data, target, weight = tg.Variable("X", bb, xx), tg.Variable("Y", bb, yy), tg.Variable("W", xx, yy)
    return tg.frobenius2(F.tanh(data @ weight) - target), weight


CASES = {
    "x'Ax by x": ("A : R[n,n]\nx : R[n]\nf = x'*A*x\nderive f wrt x\n", sympy_case(lambda: ((x.T * A * x), x)), tensorgrad_case(quadratic)),
    "tr(AXB) by X": ("A, X, B : R[n,n]\nf = tr(A*X*B)\nderive f wrt X\n", sympy_case(lambda: (sympy.Trace(A * X * B), X)), tensorgrad_case(trace)),
    "log det X by X": ("X : R[n,n]\nf = logdet(X)\nderive f wrt X\n", sympy_case(lambda: (sympy.log(sympy.Determinant(X)), X)), None),
    "|XW - Y|^2 by W": ("X : R[b,x]\nY : R[b,y]\nW : R[x,y]\nf = norm2(X*W - Y)^2\nderive f wrt W\n",
                        sympy_case(lambda: (sympy.Trace((A * X - B).T * (A * X - B)), X)), tensorgrad_case(least_squares)),
    "|tanh(XW) - Y|^2 by W": ("X : R[b,x]\nY : R[b,y]\nW : R[x,y]\nf = norm2(tanh(X*W) - Y)^2\nderive f wrt W\n", None, tensorgrad_case(tanh_layer)),
    "softmax cross-entropy by W": ("X : R[b,x]\nY : R[b,y]\nW : R[x,y]\nf = -sum(Y .* log(softmax_rows(X*W)))\nderive f wrt W\n", None, tensorgrad_case(cross_entropy)),
}


def milliseconds(run):
    start = time.perf_counter()
    try:
        formula = run()
    except Exception as error:  # noqa: BLE001 - whatever a peer raises is its answer
        return None, type(error).__name__
    taken = 1000 * (time.perf_counter() - start)
    is_answer = formula != "0" and not any(mark in formula for mark in ("\\frac{\\partial", "\\frac{d}{d"))
    return taken, "" if is_answer else "the derivative is left as it is"


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, SymPy {sympy.__version__}; medians of {rounds} interleaved rounds, ms")
    print(f"{'case':28} {'gradwright':>11} {'SymPy':>11} {'tensorgrad':>11} {'ratios':>16}")
    for name, (sheet, *peers) in CASES.items():
        times = [[], [], []]
        with tempfile.NamedTemporaryFile("w", suffix=".gw") as file:
            file.write(sheet)
            file.flush()
            for _ in range(rounds):
                own = subprocess.run([BENCH, file.name, "5"], capture_output=True, text=True, check=True)
                times[0].append(statistics.median(map(float, own.stdout.split())))
                for place, peer in enumerate(peers):
                    taken, trouble = milliseconds(peer) if peer else (None, "")
                    if taken is not None and not trouble:
                        times[place + 1].append(taken)
        medians = [statistics.median(t) if t else None for t in times]
        cells = ["-" if t is None else f"{t:.3f}" for t in medians]
        ratios = " / ".join("-" if t is None else f"{t / medians[0]:.0f}×" for t in medians[1:])
        print(f"{name:28} {cells[0]:>11} {cells[1]:>11} {cells[2]:>11} {ratios:>16}", flush=True)


if __name__ == "__main__":
    main()
