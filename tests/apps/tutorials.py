#!/usr/bin/env python3
"""Every command of docs/tutorial/*.md, run in a scratch directory that holds examples/, beside what the page shows.

In a block ```console a line `$ command` is run and the lines below it are its output; a block ```sh is run for its exit code.
Every exit code is 0. Times and curves are not compared; numbers with a decimal point may differ as rounding on another processor makes
training differ: by a tenth, or 0.03. A comment `<!-- demand: accuracy >= 94 -->` below a block demands a number of its last output.
GRADWRIGHT_UPDATE_GOLDEN=1 writes the outputs into the pages.
"""
import glob
import operator
import os
import re
import shutil
import subprocess
import sys
import tempfile

program = os.path.abspath(os.environ["GRADWRIGHT"])
root = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
update = "GRADWRIGHT_UPDATE_GOLDEN" in os.environ
NUMBER = re.compile(r"-?\d+\.\d+(?:e[-+]?\d+)?")
DEMAND = re.compile(r"<!-- demand: (.+) (>=|<=) ([-0-9.]+) -->")
COMPARE = {">=": operator.ge, "<=": operator.le}


def fail(page, what):
    sys.exit(f"{os.path.basename(page)}: {what}")


def run(page, command, folder, environment):
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode != 0:
        fail(page, f"`{command}` ends with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def comparable(output):
    """Words, and numbers with a decimal point; without times, curves and errors of rounding."""
    text = re.sub(r"\d+(\.\d+)? m?s\b", "", re.sub(r"[▁▂▃▄▅▆▇█]+", "", output))
    text = re.sub(r"largest\s+relative\s+error\s+\S+", "largest relative error", text)
    lines = [line.rstrip() for line in text.strip("\n").split("\n")]
    return re.sub(r" +", " ", NUMBER.sub("#", "\n".join(lines))), [float(number) for number in NUMBER.findall(text)]


def agree(shown, output):
    (words, numbers), (other_words, other_numbers) = comparable(shown), comparable(output)
    return words == other_words and all(abs(a - b) <= max(0.03, 0.1 * abs(a)) for a, b in zip(numbers, other_numbers))


def console(page, lines, folder, environment):
    """Runs the commands of a block; the lines that it should hold, and the last output."""
    held, output, i = [], "", 0
    while i < len(lines):
        if not lines[i].startswith("$ "):
            fail(page, f"output before any command: {lines[i]}")
        command = [lines[i][2:]]
        while command[-1].endswith("\\"):
            i += 1
            command.append(lines[i])
        i += 1
        shown = []
        while i < len(lines) and not lines[i].startswith("$ "):
            shown.append(lines[i])
            i += 1
        output = run(page, "\n".join(command), folder, environment)
        if not update and not agree("\n".join(shown), output):
            fail(page, f"`{command[0]}` shows\n" + "\n".join(shown) + f"\nand says\n{output}")
        held += ["$ " + "\n".join(command), *output.strip("\n").split("\n")] if output.strip("\n") else ["$ " + "\n".join(command)]
    return held, output


def follow(page, folder, environment):
    with open(page, encoding="utf-8") as file:
        lines = file.read().split("\n")
    written, output, commands, i = [], "", 0, 0
    while i < len(lines):
        demand = DEMAND.search(lines[i])
        if demand:
            found = re.findall(re.escape(demand[1]) + r" (-?\d+(?:\.\d+)?)", output)
            if not found or not COMPARE[demand[2]](float(found[-1]), float(demand[3])):
                fail(page, f"{demand[0]} is not so:\n{output}")
        elif "<!-- demand" in lines[i]:
            fail(page, f"not understood: {lines[i]}")
        written.append(lines[i])
        kind = lines[i].removeprefix("```") if lines[i].startswith("```") else None
        i += 1
        if kind is None:
            continue
        start = i
        while lines[i] != "```":
            i += 1
        block = lines[start:i]
        if kind == "console":
            block, output = console(page, block, folder, environment)
            commands += 1
        elif kind == "sh":
            run(page, "\n".join(["set -e", *block]), folder, environment)
            commands += 1
        written += [*block, "```"]
        i += 1
    if commands == 0:
        fail(page, "no command")
    if update:
        with open(page, "w", encoding="utf-8") as file:
            file.write("\n".join(written))


def main():
    if not agree("loss 0.500 in 1.0 s", "loss 0.501 in 9.3 s") or agree("loss 0.5", "loss 0.6") or agree("a 1.0", "b 1.0") or agree("12", "13"):
        sys.exit("outputs are not compared")
    pages = sorted(glob.glob(os.path.join(root, "docs", "tutorial", "[0-9]*.md")))
    chosen = [page for page in pages if not sys.argv[1:] or any(word in page for word in sys.argv[1:])]
    if not chosen:
        sys.exit("no page")
    for page in chosen:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(os.path.join(root, "examples"), os.path.join(folder, "examples"))
            environment = dict(os.environ, PATH=os.path.dirname(program) + os.pathsep + os.environ["PATH"], LC_ALL="C.UTF-8", NO_COLOR="1")
            environment.pop("GRADWRIGHT_UPDATE_GOLDEN", None)
            follow(page, folder, environment)
        print(f"{os.path.basename(page)}: as shown", flush=True)


main()
