#!/usr/bin/env python3
"""`gradwright grad-check`: a person's NumPy functions, right and wrong, failing and hostile, against the sheet of the question."""
import os
import subprocess
import sys
import tempfile

os.environ["COLUMNS"] = "1000"  # a sentence in one line
program = os.path.abspath(os.environ["GRADWRIGHT"])
root = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
SHEET = os.path.join(root, "examples/question/question.gw")
HEAD = """import numpy as np
def sigmoid(z): return 1 / (1 + np.exp(-z))
"""
# The formulas of the network, written out by hand; {…} are the places where mistakes are made.
NETWORK = HEAD + """
def loss(x, y, W2, W3):
    z2 = W2 @ x
    a2 = np.maximum(z2, 0)
    a3 = sigmoid(W3 @ a2)
    d3 = (a3 - y) * a3 * (1 - a3)
    dW3 = {factor}d3 @ a2.T
    dW2 = (({weights}.T @ d3) * (z2 > 0)) @ x.T
    return {value}, {{"W2": dW2, "dW3": dW3{transposed}}}
"""
RIGHT = {"factor": "", "weights": "W3", "value": "0.5 * np.sum((a3 - y) ** 2)", "transposed": ""}
LAYER = "x : R[n]\nparam W : R[n,n]\nL = sum(sin(W*x))\nminimize L\n"
TORCH = """import torch
def loss(x, y, W2, W3):
    return 0.5 * ((torch.sigmoid(W3 @ torch.relu(W2 @ x)) - y) ** 2).sum()
"""


def fail(what):
    sys.exit(f"not so: {what}")


def with_numpy():
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import numpy"], capture_output=True, check=False).returncode == 0:
            return python
    return fail("NumPy is installed (tools/setup installs python3-numpy)")


def check(code, words, module, *arguments, sheet=None, name="loss", python=None, absent=()):
    """Runs the command on a module of this text; its exit code, and words of both its outputs."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "mine.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(module)
        environment = dict(os.environ, GRADWRIGHT_PYTHON=python or PYTHON)
        done = subprocess.run([program, "grad-check", "-" if sheet else SHEET, "--function", f"{path}:{name}", *arguments], input=sheet,
                              capture_output=True, text=True, env=environment, timeout=120, check=False)
    said = done.stdout + done.stderr
    if done.returncode != code or any(word not in said for word in words) or any(word in said for word in absent):
        fail(f"exit code {code} and {words}, but {done.returncode} and\n{said}for\n{module}")


PYTHON = with_numpy()
check(0, ["L  agrees", "dL/dW3  agrees", "dL/dW2  agrees", "4 random points"], NETWORK.format(**RIGHT))
check(1, ["dL/dW3  wrong", "2 times", "dL/dW2  agrees", "entry ["], NETWORK.format(**dict(RIGHT, factor="2*")), absent=["transpose"])
check(1, ["L  wrong", "2 times", "dL/dW2  agrees"], NETWORK.format(**dict(RIGHT, value="np.sum((a3 - y) ** 2)")))
check(1, ["dL/dW3  wrong", "(3, 2)", "(2, 3)", "it is the transpose"], NETWORK.format(**dict(RIGHT, transposed=".T")), absent=["times"])
check(1, ["dL/dW3  agrees", "dL/dW2  wrong", "relative error"], NETWORK.format(**dict(RIGHT, weights="(W3 + 0.001)")), absent=["times", "transpose"])
check(1, ["dL/dW2  is not returned"], NETWORK.format(**RIGHT).replace('"W2": dW2, ', ""))
check(1, ["dL/dW2  wrong", "nan"], NETWORK.format(**RIGHT).replace('"W2": dW2', '"W2": dW2 * np.nan'))
# a square matrix: only the numbers can tell
square = HEAD + "def loss(x, W):\n    z = W @ x\n    return np.sum(np.sin(z)), {'W': (np.cos(z) @ x.T)%s}\n"
check(0, ["dL/dW  agrees"], square % "", sheet=LAYER)
check(1, ["dL/dW  wrong", "it is the transpose"], square % ".T", sheet=LAYER)
check(0, ["dL/dW  agrees"], HEAD + "def loss(x, W):\n    assert x.ndim == 1\n    z = W @ x\n    return np.sum(np.sin(z)), np.outer(np.cos(z), x)\n", "--flat", sheet=LAYER)
check(0, ["dL/dW  agrees"], HEAD + "def loss(W, x):\n    print('hello')\n    return {'dL/dW': np.cos(W @ x) @ x.T}\n", sheet=LAYER)
# what fails is told, with exit code 2
check(2, ["G0721", "ZeroDivisionError", "mine.py:1"], "1/0\n")
check(2, ["G0721", "SyntaxError", "mine.py:1"], "def loss(:\n")
check(2, ["G0721", "has no function loss", "other"], "def other(): pass\n")
check(2, ["G0721", "argument q"], "def loss(q): pass\n")
check(2, ["G0721", "returns float"], "def loss(x): return 1.0\n")
check(2, ["G0721", "gradient named Q"], "def loss(x): return 1.0, {'Q': x}\n")
check(2, ["G0721", "str"], "def loss(x): return 'one', {}\n")
check(2, ["G0721", "SystemExit"], "import sys\nsys.exit(0)\n")
check(2, ["G0721", "exit code 7"], "import os\nos._exit(7)\n")
check(2, ["G0721", "signal 9"], "import os\nos.kill(os.getpid(), 9)\n")
check(2, ["G0721"], "import os\ndef loss(x): os._exit(0)\n")
check(2, ["G0721"], "import os\nfor d in range(3, 20):\n    try: os.write(d, b'[]')\n    except OSError: pass\ndef loss(x): return 1.0, {'W2': [[1], [2, 3]], 'W3': 1}\n")
check(2, ["G0721", "RecursionError"], "def loss(x): return loss(x)\n")
check(2, ["G0721", "module.py:function"], "", name="")
check(1, ["no rectangular array"], "def loss(x): return 1.0, {'W2': [[1], [2, 3]], 'W3': 1}\n")
check(2, ["G0405"], "", sheet="x : R\nL = x\n")
# without Python, without NumPy: exit code 3
check(3, ["G0720", "/nowhere/python3"], "", python="/nowhere/python3")
with tempfile.TemporaryDirectory() as bare:
    interpreter = os.path.join(bare, "python3")
    with open(interpreter, "w", encoding="utf-8") as file:
        file.write(f'#!/bin/sh\nexec {sys.executable} -S -E "$@"\n')
    os.chmod(interpreter, 0o755)
    if subprocess.run([interpreter, "-c", "import numpy"], capture_output=True, check=False).returncode != 0:
        check(3, ["G0720", "NumPy", "python3-numpy"], "def loss(x): pass\n", python=interpreter)
    else:
        fail("an interpreter without its packages has no NumPy")
if subprocess.run([PYTHON, "-c", "import torch"], capture_output=True, check=False).returncode == 0:
    check(0, ["dL/dW2  agrees", "dL/dW3  agrees"], TORCH)
    check(1, ["L  wrong", "2 times"], TORCH.replace("0.5 * ", ""))
print("grad-check: all as expected")
