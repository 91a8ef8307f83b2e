#!/usr/bin/env python3
"""`gradwright check`: exit codes, JSON, SARIF, annotations, several files, documents, the pre-commit hook."""
import json
import os
import re
import subprocess
import sys
import tempfile

os.environ["COLUMNS"] = "1000"  # a sentence in one line
program = os.environ["GRADWRIGHT"]
root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
question = "examples/question/question.gw"


def run(*arguments, text=None):
    done = subprocess.run([program, "check", *arguments], input=text, capture_output=True, text=True, cwd=root, timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr


def expect(condition, what):
    if not condition:
        sys.exit(f"not so: {what}")


def claims(text, *arguments):
    code, out, _ = run("-", "--json", *arguments, text=text)
    return code, json.loads(out)["claims"]


net = """x : R[n]
y : R[m]
param W : R[m,n]
z = W*x
a = sigmoid(z)
L = 1/2*sum((a - y)^2)
"""

# Exit codes
right = net + "claim dL/dW = ((a - y) .* a .* (1 - a))*x'\n"
wrong = net + "claim dL/dW = (a - y)*x'\n"
expect(run("-", text=right)[0] == 0, "0: all claims are right")
expect(run("-", text=wrong)[0] == 1, "1: a claim is wrong")
expect(run("-", text="f = \n")[0] == 2, "2: the input is at fault")
expect(run("/nonexistent.gw")[0] == 3, "3: a file that is not there")
expect(run(question)[0] == 1, "the question: one of its two claims is wrong")

# JSON
keys = {"line", "index", "of", "wrt", "verdict", "proved", "factor", "trap", "reading", "mistake", "witness", "repair", "truth", "where", "diagnostics"}
code, out, _ = run(question, "--json")
document = json.loads(out)
expect(document["schema"] == "gradwright/check/1" and document["diagnostics"] == [], "the schema")
first, second = document["claims"]
expect(keys <= set(first) and keys <= set(second), "every claim has every key")
expect((first["verdict"], first["proved"], first["line"], first["index"]) == ("equal", True, 14, 0), "the first claim is proved")
expect((second["verdict"], second["of"], second["wrt"]) == ("nonconforming", "L", "W2"), "the second claim does not conform")
expect(second["mistake"]["name"] and second["repair"]["edits"], "its mistake is named, and repaired")
code, found = claims(net + "claim dL/dW = " + second["repair"]["gw"].replace("W2", "W") + "\n")
expect(code == 2 or found[0]["verdict"] != "equal", "a formula of another network is not right")
with open(os.path.join(root, question), encoding="utf-8") as file:
    sheet = file.read().split("claim")[0]
code, found = claims(sheet + "claim dL/dW2 = " + second["repair"]["gw"] + "\n")
expect(code == 0 and found[0]["proved"], "the repair is right")
where = "".join(f"{item['name']} = {item['gw']}\n" for item in second["where"])
code, found = claims(sheet + where + "claim dL/dW2 = " + second["truth"] + "\n")
expect(code == 0, "the truth is right")

# Verdicts
_, found = claims(net + "claim dL/dW = 2*((a - y) .* a .* (1 - a))*x'\nclaim dL/dW = x*((a - y) .* a .* (1 - a))'\nclaim dL/dW = (a - y)*x'\n"
                  "claim dL/dW = a*x'\nclaim dL/dW = a\n")
expect([c["verdict"] for c in found] == ["scaled", "equal-transposed", "right-for-other-loss", "wrong-value", "wrong-shape"], "one verdict each")
expect(found[0]["factor"] == "2" and found[2]["loss"].startswith("binary cross-entropy"), "the factor and the loss are named")
witness = found[3]["witness"]
i, j = witness["entry"]
expect(witness["claimed"][i - 1][j - 1] != witness["truth"][i - 1][j - 1], "the witness tells them apart")
expect(set(witness["inputs"]) == {"x", "y", "W"} and len(witness["inputs"]["W"]) == witness["sizes"]["m"], "the witness has all inputs")
_, found = claims("layout numerator\n" + net + "claim dL/dW = ((a - y) .* a .* (1 - a))*x'\n")
expect(found[0]["verdict"] == "equal-transposed", "the layout in force decides")
_, found = claims("X : R[m,n]\nparam w : R[n]\nL = sum((X*w)^2)/m\nclaim dL/dw = 2*X'*X*w\nclaim dL/dw = 2*X'*X*w/m\n")
expect([c["factor"] for c in found] == ["m", None], "a factor may be symbolic")

# Sizes that coincide
same = "x, y : R[3]\nparam W : R[3,3]\nL = 1/2*sum((W*x - y)^2)\n"
_, found = claims(same + "claim dL/dW = (W*x - y)*x'\nclaim dL/dx = W*(W*x - y)\nclaim dL/dW = ones(3)*x' - ones(3)*x' + (W*x - y)*x'\n")
expect((found[0]["verdict"], found[0]["trap"]) == ("equal", False), "right for all sizes")
expect((found[1]["verdict"], found[1]["trap"]) == ("wrong-value", True), "conforms only because 3 = 3")
expect((found[2]["verdict"], found[2]["trap"]) == ("equal", False), "a size that the claim writes is no coincidence")

# Chains and names of the person's own
_, found = claims(net + "d = (a - y) .* a .* (1 - a)\nclaim dL/dW = d*x'\n   = (a - y)*x'\n   = ((a - y) .* a .* (1 - a))*x'\n")
expect([c["index"] for c in found] == [0, 1, 2] and found[0]["verdict"] == "equal" and found[1]["verdict"] != "equal" and found[2]["verdict"] == "equal", "a chain, line by line")
expect(found[1]["follows"] is False and found[2]["follows"] is False, "neither line follows from the one above")
expect("∂L/∂z" in json.dumps(found[0]["diagnostics"], ensure_ascii=False), "your d is ∂L/∂z")
for line in ("claim latex: e = (a - y) \\odot a \\odot (1 - a) \\\\ \\frac{\\partial L}{\\partial W} = e x^T", "claim numpy: e = (a - y) * a * (1 - a); dW = np.outer(e, x)"):
    _, found = claims(net + line + "\n")
    expect(found[-1]["verdict"] == "equal" and "your `e` is ∂L/∂z" in json.dumps(found[-1]["diagnostics"], ensure_ascii=False), f"a name of its own: {line}")
_, found = claims(net + "e = 2*((a - y) .* a .* (1 - a))\nclaim dL/dW = e*x'\nclaim dL/dW = ((a - y) .* sigmoid'(relu(z) - relu(-z)))*x'\n")
expect("your `e` is 2 times ∂L/∂z" in json.dumps(found[0]["diagnostics"], ensure_ascii=False), "a multiple of δ is named as one")
expect("your `e`" not in json.dumps(found[1]["diagnostics"], ensure_ascii=False), "a letter of a longer name is no name")
_, found = claims(net + "claim numpy: delta = (a - y) * a * (1 - a)\nclaim delta = (a - y) .* a .* (1 - a)\nclaim numpy: grads[\"W\"] = np.outer((a - y) * a * (1 - a), x)\n")
expect([(c["wrt"], c["verdict"]) for c in found] == [("z", "equal"), ("z", "equal"), ("W", "equal")], f"conventional names: {found}")
_, found = claims(net + "claim sigmoid'(z) = sigmoid(z) .* (1 - sigmoid(z))\nclaim dL/dz = (a - y) .* a .* (1 - a)\nclaim dL/dW[i,j] = (a[i] - y[i])*a[i]*(1 - a[i])*x[j]\nclaim da[i]/dz[i] = a[i]*(1 - a[i])\n")
expect([c["verdict"] for c in found] == ["equal"] * 4 and all(c["proved"] for c in found), "identities, defined names and entries")

# Repairs in the notation of the claim
_, found = claims(net + "claim dL/dW = ((a - y) .* a .* (1 - a))*x\nclaim numpy: dW = np.outer(a - y, x)\nclaim latex: \\frac{\\partial L}{\\partial W} = ((a - y) \\odot a \\odot (1 - a)) x\n")
expect(found[0]["repair"]["text"] == "dL/dW = ((a - y) .* a .* (1 - a))*x'", f"a plain claim: {found[0]['repair']}")
expect(found[1]["repair"]["text"] == "dW = np.outer((a - y) * (a * (1 - a)), x)", f"NumPy: {found[1]['repair']}")
expect(found[2]["repair"]["text"] == "\\frac{\\partial L}{\\partial W} = ((a - y) \\odot a \\odot (1 - a)) x^T", f"LaTeX: {found[2]['repair']}")
for notation, one in (("numpy", found[1]), ("latex", found[2])):
    expect(claims(net + f"claim {notation}: " + one["repair"]["text"] + "\n")[0] == 0, f"read back it is right: {one['repair']['text']}")
    expect(claims(net + "claim dL/dW = " + one["repair"]["gw"] + "\n")[0] == 0, f"and so is its formula: {one['repair']['gw']}")
code, out, _ = run("-", "--sarif", text=net + "claim numpy: dW = np.outer(a - y, x)\n")
fix = json.loads(out)["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0]
expect(fix["insertedContent"]["text"] == "np.outer((a - y) * (a * (1 - a)), x)" and fix["deletedRegion"]["startColumn"] == 19, f"a fix in SARIF: {fix}")
expect("np.outer((a - y) * (a * (1 - a)), x)" in run("-", "--github", text=net + "claim numpy: dW = np.outer(a - y, x)\n")[1], "a fix in an annotation")
expect("dW = np.outer((a - y) * (a * (1 - a)), x)" in run("-", "--explain", text=net + "claim numpy: dW = np.outer(a - y, x)\n")[1], "a fix in an explanation")

# SARIF and annotations
code, out, _ = run("-", "--sarif", text=wrong)
sarif = json.loads(out)
result = sarif["runs"][0]["results"][0]
expect(code == 1 and sarif["version"] == "2.1.0" and result["level"] == "error", "SARIF")
expect(result["ruleId"] in [rule["id"] for rule in sarif["runs"][0]["tool"]["driver"]["rules"]], "the rule of a result is declared")
expect(result["locations"][0]["physicalLocation"]["region"]["startLine"] == 7, "the place of a result")
code, out, _ = run("-", "--github", text=wrong)
expect(code == 1 and re.match(r"^::error file=<stdin>,line=7,col=\d+,title=gradwright G07\d\d::[^\n]*%0A[^\n]*\n$", out), "one annotation, one line")
expect(run("-", "--github", text=right)[1] == "", "nothing to annotate")

# Several files, and documents beside a sheet
with tempfile.TemporaryDirectory() as folder:
    def write(name, text):
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    good, bad, plain = write("good.gw", right), write("bad.gw", wrong), write("net.gw", net)
    code, out, _ = run(good, bad, "--json")
    expect(code == 1 and [c["file"] for c in json.loads(out)["claims"]] == [good, bad], "several files")
    tex = write("notes.tex", "\\begin{align}\n\\frac{\\partial L}{\\partial W} &= ((a - y) \\odot a \\odot (1 - a)) x^T \\\\\n\\frac{\\partial L}{\\partial x} &= W ((a - y) \\odot a \\odot (1 - a))\n\\end{align}\n")
    code, out, _ = run(tex, "--sheet", plain, "--json")
    found = json.loads(out)["claims"]
    expect(code == 1 and [(c["line"], c["verdict"]) for c in found] == [(2, "equal"), (3, "nonconforming")], f"a LaTeX document: {out}")
    python = write("backward.py", "import numpy as np\n\ndef backward(x, y, W, a):\n    dz = (a - y) * a * (1 - a)\n    dW = np.outer(dz, x)\n    dx = W.T @ dz\n    return dW, dx\n")
    code, out, _ = run(python, "--sheet", plain, "--json")
    found = json.loads(out)["claims"]
    expect(code == 0 and [c["wrt"] for c in found][:3] == ["z", "W", "x"], f"a Python file: {out}")
    expect(run(tex)[0] == 2, "a document needs a sheet")

    # What cannot be read is the input's fault, in each notation; a claim that is wrong beside it counts more.
    squares = write("squares.gw", "x : R[5]\nL = sum(x.^2)\n")
    def notes(*sides):
        return write("n.tex", "".join("\\[ \\frac{\\partial L}{\\partial x} = " + side + " \\]\n" for side in sides))
    def codes(unread, other):
        sheet = write("c.gw", "x : R[5]\nL = sum(x.^2)\nclaim dL/dx = " + unread + "\nclaim dL/dx = " + other + "\n")
        code = write("c.py", "dx = " + unread + "\ndx = " + other + "\n")
        return [run(sheet)[0], run(notes(unread, other), "--sheet", squares)[0], run(code, "--sheet", squares)[0]]
    expect(codes("2*q", "2*x") == [2, 2, 2], f"an unknown name: {codes('2*q', '2*x')}")
    expect(codes("2*q", "3*x") == [1, 1, 1], f"an unknown name beside a wrong claim: {codes('2*q', '3*x')}")
    expect(run(notes("\\unheard{x}"), "--sheet", squares)[0] == 2, "an unknown command")
    expect(run(notes("2 x x^T"), "--sheet", squares)[0] == 1, "a wrong size is a wrong claim")

    # An edit in SARIF replaces what it is about and nothing else: made, the file compiles, and the claim of that line is right.
    def edits_of(path):
        _, out, _ = run(path, "--sheet", plain, "--sarif")
        for one in json.loads(out)["runs"][0]["results"]:
            for fix in one.get("fixes", []):
                yield fix["artifactChanges"][0]["replacements"][0]

    def edited(text, edit):
        begins = [0]
        for line in text.split("\n"):
            begins.append(begins[-1] + len(line) + 1)
        region = edit["deletedRegion"]
        begin, end = (begins[region[side + "Line"] - 1] + region[side + "Column"] - 1 for side in ("start", "end"))
        return text[:begin] + edit["insertedContent"]["text"] + text[end:]

    def wrong_in(path):
        return {c["wrt"] for c in json.loads(run(path, "--sheet", plain, "--json")[1])["claims"] if c["verdict"] != "equal"}

    slope = "    dz = (a - y) * a * (1 - a)\n"
    for body, kept in (("    dW = gW = np.outer(a - y, x)\n    return dW, gW\n", "dW = gW = np.outer("), (slope + "    self.dW = grads['W'] = np.outer(dz, y)\n", "self.dW = grads['W'] = np.outer(dz, x)\n"),
                       ("    dz = (a - y) \\\n         * a \\\n         * (2 - a)\n", "dz = (a - y) * a * (1 - a)\n"), (slope + "    dW = \\\n        np.outer(dz, \\\n                 y)\n", "dW = \\\n        np.outer(dz, x)\n"),
                       (slope + "    dx = W @ \\\n         dz\n", "dx = W.T @ dz\n"), (slope + "    dW = np.outer(dz,  # the (slope\n                  y)\n", "dW = np.outer(dz, x)\n"),
                       (slope + "    dW, dx = np.outer(dz, \\\n        y), W.T @ dz\n", "dW, dx = np.outer(dz, x), W.T @ dz\n"),
                       ("    dz = a - y\n    dz *= a * \\\n        (2 - a)\n", "dz = dz * (a * (1 - a))\n")):
        for ending in ("\n", "\r\n"):
            text = ("import numpy as np\n\ndef backward(self, x, y, W, a, grads):\n" + body).replace("\n", ending)
            slip = os.path.join(folder, "slip.py")
            with open(slip, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            before, edits = wrong_in(slip), list(edits_of(slip))
            for edit in edits:
                mended = edited(text, edit)
                compile(mended, "mended", "exec")
                with open(slip, "w", encoding="utf-8", newline="") as file:
                    file.write(mended)
                expect(wrong_in(slip) < before, f"an edit makes it right: {mended}")
            expect(kept in "".join(edited(text, edit).replace("\r", "") for edit in edits), f"an edit of {text!r}: {edits}")

    # Errors of the worksheet are told in the worksheet, once, whatever stands beside it.
    faulty = write("faulty.gw", "# line 4 is at fault\nx : R[5]\ny : R[4]\nH = sum(x.*y)\nL = sum(x.^2)\nclaim dL/dx = x.*y\n")
    documents = (notes("2x"), write("n.py", "dx = 2*x\n"))
    code, out, err = run(*documents, "--sheet", faulty)
    expect(code == 2 and err.count("error[G0202]") == 1 and f"--> {faulty}:4:10" in err.replace("\n", ""), f"an error of the sheet: {err}")
    expect(out.count("is right") + out.count("right, proved") == 2, f"the claims are judged: {out}")
    code, out, _ = run(*documents, "--sheet", faulty, "--json")
    found = json.loads(out)["diagnostics"]
    expect([(one["file"], one["span"]["line"]) for one in found] == [(faulty, 4)], f"as JSON: {found}")
    _, out, _ = run(*documents, "--sheet", faulty, "--sarif")
    places = [one["locations"][0]["physicalLocation"] for one in json.loads(out)["runs"][0]["results"]]
    expect([(one["artifactLocation"]["uri"], one["region"]["startLine"]) for one in places] == [(faulty, 4)], f"as SARIF: {places}")
    _, out, _ = run(*documents, "--sheet", faulty, "--github")
    expect(out.count("::error") == 1 and out.startswith(f"::error file={faulty},line=4,"), f"as annotations: {out}")

    # A paper, and the code that goes with it: two slips in the one, one in the other.
    two = write("two.gw", "x : R[n]\ny : R[k]\nparam W1 : R[h,n]\nparam W2 : R[k,h]\nz1 = W1*x\na1 = relu(z1)\nz2 = W2*a1\na2 = sigmoid(z2)\nL = 1/2*norm2(a2 - y)^2\n")
    with open(os.path.join(root, "tests/data/notes.tex"), encoding="utf-8") as file:
        paper = file.read()
    code, out, _ = run("tests/data/notes.tex", "--sheet", two, "--json")
    document = json.loads(out)
    lines = paper.split("\n")
    wrong_lines = [i + 1 for i, line in enumerate(lines) if "% wrong" in line]
    right_lines = [i + 1 for i, line in enumerate(lines) if "% right" in line]
    verdicts = {c["line"]: c["verdict"] for c in document["claims"]}
    expect(code == 1 and document["diagnostics"] == [], f"the paper is read: {document['diagnostics']}")
    expect(all(verdicts.get(line) == "equal" for line in right_lines), f"what is right in the paper: {verdicts}")
    expect(all(verdicts.get(line, "equal") != "equal" for line in wrong_lines), f"what is wrong in the paper: {verdicts}")
    batch = write("batch.gw", "X : R[m,n]\nY : R[m,k]\nparam W1 : R[n,h]\nparam b1 : R[h]\nparam W2 : R[h,k]\nparam b2 : R[1,k]\nZ1 = X*W1 + ones(m)*b1'\nA1 = tanh(Z1)\nZ2 = A1*W2 + ones(m)*b2\nL = 1/(2*m)*norm2(Z2 - Y)^2\n")
    code, out, _ = run("tests/data/network.py", "--sheet", batch, "--json")
    document = json.loads(out)
    with open(os.path.join(root, "tests/data/network.py"), encoding="utf-8") as file:
        lines = file.read().split("\n")
    verdicts = {}
    for c in document["claims"]:
        if c["line"] not in verdicts or c["verdict"] != "equal":
            verdicts[c["line"]] = c["verdict"]
    expect(code == 1, f"the code is read: {document}")
    expect(all(verdicts.get(i + 1) == "equal" for i, line in enumerate(lines) if "# right" in line), f"what is right in the code: {verdicts} {document['diagnostics']}")
    expect(all(verdicts.get(i + 1, "equal") != "equal" for i, line in enumerate(lines) if "# wrong" in line), f"what is wrong in the code: {verdicts}")

    # The hook runs what it says on the files it names.
    with open(os.path.join(root, ".pre-commit-hooks.yaml"), encoding="utf-8") as file:
        hook = dict(line.strip("- \n").split(": ", 1) for line in file)
    expect(hook["id"] == "gradwright-check" and hook["language"] == "system", "the hook")
    expect(re.search(hook["files"], "docs/net.gw") and not re.search(hook["files"], "net.gwx"), "the files of the hook")
    command = hook["entry"].split()
    expect(command == ["gradwright", "check"], "the command of the hook")
    for path, wanted in ((good, 0), (bad, 1)):
        done = subprocess.run([program, *command[1:], path], capture_output=True, check=False, timeout=60)
        expect(done.returncode == wanted, f"the hook on {path}")
print("check: all as expected")
