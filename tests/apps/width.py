#!/usr/bin/env python3
"""The width of the terminal: no line of prose or formula is wider than COLUMNS, than what the terminal says, or than 80."""
import fcntl
import glob
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import unicodedata

program = os.path.abspath(os.environ["GRADWRIGHT"])
root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sheets = sorted(glob.glob("tests/golden/derivations/*.gw", root_dir=root)) + sorted(glob.glob("examples/*/*.gw", root_dir=root))
commands = ("derive", "eval", "check", "fmt", "train", "run", "predict", "export", "explain", "completion", "grad-check")


def expect(condition, what):
    if not condition:
        sys.exit(f"not so: {what}")


def run(*arguments, columns=None, text=None):
    env = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
    if columns is not None:
        env["COLUMNS"] = str(columns)
    done = subprocess.run([program, *arguments], input=text, capture_output=True, text=True, cwd=root, timeout=300, check=False, env=env)
    return done.stdout + done.stderr


def width(line):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def too_wide(page, columns):
    """Lines beyond the width but for one factor that is left whole, after its operator: at most some 50 columns."""
    return [line for line in page.split("\n") if width(line) > columns and width(line.strip()) > 50 and " " in line.strip()]


def said(page):
    """All characters in order of their codes, which breaking lines does not change."""
    return sorted(re.sub(r"\s", "", page))


for sheet in sheets:
    wide = run("derive", sheet, "--no-verify", columns=4000)
    for columns in (60, 80, 120):
        page = run("derive", sheet, "--no-verify", columns=columns)
        expect(not too_wide(page, columns), f"{sheet} in {columns} columns:\n" + "\n".join(too_wide(page, columns)))
        expect(said(page) == said(wide), f"{sheet} in {columns} columns says something else, or a factor without its size")
    expect(run("derive", sheet, "--no-verify") == run("derive", sheet, "--no-verify", columns=80), f"{sheet}: 80 columns where no terminal says more")

for command in ("", *commands):
    for columns in (60, 80, 100):
        page = run(*([command] if command else []), "--help", columns=columns)
        over = [line for line in page.split("\n") if width(line) > columns]
        expect(not over, f"`{command} --help` in {columns} columns:\n" + "\n".join(over))

# What is wrong, in a narrow terminal: prose broken, the place still marked; a line of source cut around it.
fault = run("derive", "-", columns=50, text="A : R[n,m]\nb : R[k]\nc = A*b\nderive sum(c) wrt b\n")
expect(all(width(line) <= 50 for line in fault.split("\n")), fault)
long = run("derive", "-", columns=60, text="x : R[n]\nf = " + "sum(x) + " * 200 + "nobody + " + "sum(x) + " * 200 + "1\nderive f wrt x\n")
expect(all(width(line) <= 60 for line in long.split("\n")), long)
lines = long.split("\n")
marked = next(i for i, line in enumerate(lines) if "^" in line)
column = lines[marked].index("^")
expect(lines[marked - 1][column:].startswith("nobody"), long)

# What the terminal says, where COLUMNS does not.
leader, follower = pty.openpty()
fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 64, 0, 0))
env = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
reader, writer = os.pipe()
with subprocess.Popen([program, "--color", "never", "derive", "examples/question/question.gw"], stdout=follower, stderr=writer, cwd=root, env=env) as child:
    os.close(follower)
    os.close(writer)
    seen = b""
    try:
        while piece := os.read(leader, 65536):
            seen += piece
    except OSError:
        pass
expect(seen.decode().replace("\r\n", "\n") == run("derive", "examples/question/question.gw", columns=64), "the terminal's own width")
for nonsense in ("0", "-5", "many", "99999999999999999999"):
    expect(run("derive", "examples/question/question.gw", columns=nonsense) == run("derive", "examples/question/question.gw"), f"COLUMNS={nonsense}")
