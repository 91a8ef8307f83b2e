#!/usr/bin/env python3
"""Whole pages: HTML is well formed MathML that needs nothing from outside, LaTeX compiles, Markdown has its formulas in dollars."""
import html.parser
import os
import re
import shutil
import subprocess
import sys
import tempfile

program = os.environ["GRADWRIGHT"]
root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
SHEETS = {
    "question": None,
    "entry": "x, y : R[2]\nparam W2 : R[3,2]\nz2 = W2*x\na2 = relu(z2)\nL = sum(a2)^2\nderive L wrt W2[i,j]\n",
    "tensor": "A : R[p,m]\nX : R[m,n]\nB : R[n,k]\nF = A*X*B\nderive F wrt X\n",
    "hessian": "X : R[m,n]\nw : R[n]\ny : R[m] binary\np = sigmoid(X*w)\nL = -sum(y .* log(p) + (1-y) .* log(1-p))\nhessian L wrt w\n",
    "windows": "X : R[5,5]\nK : R[2,2]\nC = conv(X,K)\nL = sum(maxpool(relu(C),2,2))\nderive L wrt K, X\n",
    "quotients": "x_1, mu : R[n]\nS : R[n,n] spd\nf = (x_1 - mu)'*inv(S)*(x_1 - mu)/(2*n) + logdet(S)\nderive f wrt mu, S\n",
}


def expect(condition, what):
    if not condition:
        sys.exit(f"not so: {what}")


def page(name, *arguments):
    sheet = SHEETS[name]
    path = "examples/question/question.gw" if sheet is None else "-"
    done = subprocess.run([program, "derive", path, *arguments], input=sheet, capture_output=True, text=True, cwd=root, timeout=120, check=False)
    expect(done.returncode == 0, f"{name} {arguments}: exit code 0, not {done.returncode}: {done.stderr}")
    return done.stdout


class Balanced(html.parser.HTMLParser):
    VOID = {"meta", "link", "br"}

    def __init__(self):
        super().__init__()
        self.open, self.counts = [], {}

    def handle_starttag(self, tag, attrs):
        self.counts[tag] = self.counts.get(tag, 0) + 1
        for key, value in attrs:
            expect(key not in ("src", "href"), f"nothing from outside: {key}={value}")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        expect(self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}")
        self.open.pop()


# Elements of MathML with a fixed number of children.
CHILDREN = {"mfrac": 2, "msub": 2, "msup": 2, "munder": 2}


class Children(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.stack = []

    def handle_starttag(self, tag, attrs):
        if self.stack:
            self.stack[-1][1] += 1
        if tag != "meta":
            self.stack.append([tag, 0])

    def handle_endtag(self, tag):
        name, count = self.stack.pop()
        expect(name not in CHILDREN or count == CHILDREN[name], f"<{name}> has {count} children")


for name in SHEETS:
    for steps in ("none", "brief", "full"):
        text = page(name, "--to", "html", "--steps", steps)
        checker = Balanced()
        checker.feed(text)
        expect(not checker.open or checker.open == ["html"], f"{name}: all elements are closed: {checker.open}")
        expect(checker.counts.get("math", 0) >= 2, f"{name}: it shows formulas")
        Children().feed(text)
    markdown = page(name, "--to", "markdown")
    expect(markdown.count("$$") % 2 == 0 and markdown.count("$$") >= 2, f"{name}: formulas stand between dollars")
    layouts = page(name, "--explain", "layout") if name in ("question", "entry") else "numerator denominator"
    expect("numerator" in layouts and "denominator" in layouts, f"{name}: both layouts are named")

latex = shutil.which("pdflatex")
expect(latex, "pdflatex is installed (tools/debian-packages.txt)")
with tempfile.TemporaryDirectory() as folder:
    for name in SHEETS:
        with open(os.path.join(folder, name + ".tex"), "w", encoding="utf-8") as file:
            file.write(page(name, "--to", "tex", "--steps", "full"))
        done = subprocess.run([latex, "-interaction=nonstopmode", "-halt-on-error", name + ".tex"], cwd=folder, capture_output=True, timeout=120, check=False)
        lines = done.stdout.decode("utf-8", "replace")
        expect(done.returncode == 0, f"{name}.tex compiles: " + "\n".join(re.findall(r"^(?:!|l\.).*", lines, re.M)[:4]))
print("pages: all as expected")
