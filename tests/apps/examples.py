#!/usr/bin/env python3
"""The command line on the examples: formulas, exit codes, training."""
import json
import os
import re
import subprocess
import sys
import time

program = os.environ["GRADWRIGHT"]
root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def run(*arguments, text=None):
    done = subprocess.run([program, *arguments], input=text, capture_output=True, text=True, cwd=root, timeout=600, check=False)
    return done.returncode, done.stdout, done.stderr


def expect(condition, what):
    if not condition:
        sys.exit(f"not so: {what}")


code, out, _ = run("derive", "examples/question/question.gw", "--json")
expect(code == 0, "the question derives")
document = json.loads(out)
expect(document["schema"] == "gradwright/derive/1", "the schema")
first, second = document["results"]
expect(first["wrt"] == "W3" and first["shape"] == ["2", "3"] and first["form"] == "matrix", "the gradient by W3")
expect(second["gw"].replace(" ", "").endswith("*x'") and "relu'(z2)" in second["gw"], "the gradient by W2 ends in x'")
expect(all(r["verified"]["points"] == 4 and r["verified"]["max_rel_error"] < 1e-8 for r in (first, second)), "both are verified")
for name in sorted(os.listdir(os.path.join(root, "examples"))):
    path = os.path.join(root, "examples", name, "expected.txt")
    if not os.path.isdir(os.path.dirname(path)):
        continue
    code, out, err = run("derive", f"examples/{name}/{name}.gw")
    expect(code == 0 and err == "", f"{name} derives: {err}")
    expect("\x1b" not in out, "no colour in a pipe")
    out = re.sub(r"\s+\(largest[^)]*\)", "", out)
    if "GRADWRIGHT_UPDATE_GOLDEN" in os.environ:
        with open(path, "w", encoding="utf-8") as file:
            file.write(out)
        continue
    with open(path, encoding="utf-8") as file:
        expect(out == file.read(), f"the terminal output of {name} is as in {path} (tools/golden rewrites it)")
if "GRADWRIGHT_UPDATE_GOLDEN" in os.environ:
    sys.exit(0)

for name in sorted(os.listdir(os.path.join(root, "examples"))):
    sheet = f"examples/{name}/{name}.gw"
    if name == "question" or not os.path.exists(os.path.join(root, sheet)) or "claim " not in open(os.path.join(root, sheet), encoding="utf-8").read():
        continue
    code, out, err = run("check", sheet)
    expect(code == 0 and out.count("right") + out.count("not proved") >= 2, f"the claims of {name} are right: {out}{err}")
expect(run("check", "examples/question/question.gw")[0] == 1, "one of the two claims of the question is wrong")
expect(run("derive", "/nonexistent.gw")[0] == 3, "a missing file is a fault of the environment")
code, out, err = run("derive", "-", "--json", text="x : R[2]\nf = x*x\ng = x'*x\nderive g wrt x\n")
expect(code == 2 and len(json.loads(out)["results"]) == 1 and json.loads(out)["diagnostics"][0]["span"]["line"] == 2, "what can be derived is, beside the error")
code, out, _ = run("eval", "examples/question/question.gw", "--inputs", "-", "--json",
                   text='{"x":[1,2],"y":[0,1],"W2":[[1,0],[0,1],[1,1]],"W3":[[1,0,0],[0,1,0]]}')
expect(code == 0 and json.loads(out)["values"]["z2"] == [1.0, 2.0, 3.0], "values of the question")
code, out, _ = run("fmt", "-", text="x:R[2]\nf=x'*x\n")
expect(code == 0 and run("fmt", "-", text=out)[1] == out, "fmt is idempotent")
expect("derive" in run("completion", "bash")[1], "completion")
for name, data, goal, epochs in (("digits", "digits.csv.gz", 94, 8), ("logistic", "breast_cancer.csv", 94, 8)):
    code, out, err = run("train", f"examples/{name}/{name}.gw", "--data", f"examples/{name}/{data}", "--epochs", str(epochs))
    accuracy = float(re.search(r"accuracy ([0-9.]+) %\n$", out).group(1)) if code == 0 else 0
    expect(accuracy >= goal, f"{name} reaches {goal} % (it reached {accuracy}) {err}")
print("examples: all as expected")
