#!/usr/bin/env python3
"""`gradwright check --explain`: what the answer to the question says is said, of the question's network and of others with other names and sizes."""
import json
import os
import re
import subprocess
import sys

program = os.environ["GRADWRIGHT"]
root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def run(*arguments, text=None, columns=1000):
    done = subprocess.run([program, "check", *arguments], input=text, capture_output=True, text=True, cwd=root, timeout=120, check=False,
                          env={**os.environ, "COLUMNS": str(columns)})
    return done.returncode, done.stdout, done.stderr


def expect(condition, what):
    if not condition:
        sys.exit(f"not so: {what}")


def subscripted(name):
    return re.sub(r"\d+$", lambda digits: "".join(chr(0x2080 + int(d)) for d in digits.group()), name)


def flat(text):
    return " ".join(text.split())


def sized(page, formula):
    """The line of sizes under the line that holds `formula`."""
    lines = page.split("\n")
    for number, line in enumerate(lines):
        if flat(formula) in flat(line):
            return re.findall(r"\d+×\d+", lines[number + 1])
    sys.exit(f"not so: the formula {formula} stands in\n{page}")


class Network:
    """L of two layers: x, z = W*x, a = f(z), for both; squared error."""

    def __init__(self, names, sizes, functions):
        self.x, self.y, self.w2, self.z2, self.a2, self.w3, self.z3, self.a3, self.loss = names
        self.n0, self.n1, self.n2 = sizes
        self.f2, self.f3 = functions

    def sheet(self):
        return (f"{self.x} : R[{self.n0}]\n{self.y} : R[{self.n2}]\nparam {self.w2} : R[{self.n1},{self.n0}]\nparam {self.w3} : R[{self.n2},{self.n1}]\n"
                f"{self.z2} = {self.w2}*{self.x}\n{self.a2} = {self.f2}({self.z2})\n{self.z3} = {self.w3}*{self.a2}\n{self.a3} = {self.f3}({self.z3})\n"
                f"{self.loss} = 1/2*sum(({self.a3} - {self.y})^2)\n")

    def delta(self):
        slope = {"sigmoid": f"{self.a3} .* (1 - {self.a3})", "tanh": f"(1 - {self.a3}^2)"}[self.f3]
        return f"({self.a3} - {self.y}) .* {slope}"

    def slope(self, of, by):
        return f"∂{subscripted(of)}/∂{subscripted(by)}"


def page_of(sheet, claim):
    code, out, err = run("-", "--explain", text=sheet + claim + "\n")
    expect(err == "", err)
    return code, out


def the_right_claim(net):
    """"yes, the transpose is right, because each entry (i,j) …"""
    code, page = page_of(net.sheet(), f"claim d{net.loss}/d{net.w3} = ({net.delta()})*{net.a2}'")
    expect(code == 0, f"the claim is right: {page}")
    words = flat(page)
    slope = net.slope(net.loss, net.w3)
    expect(f"yes, the transpose of {subscripted(net.a2)} is right, because each entry (i,j) of {slope} carries the j-th entry of {subscripted(net.a2)}" in words, page)
    expect(f"{slope} = {net.slope(net.loss, net.z3)} · {subscripted(net.a2)}ᵀ ({net.n2}×1 · 1×{net.n1}) collects exactly that" in words, page)
    expect(f"is a tensor of order 3; one entry of it: {net.slope(net.z3, net.w3).replace('/', '[k]/')}[i,j] = [k = i]·{subscripted(net.a2)}[j]" in words, page)


def the_wrong_claim(net, claim, factors):
    n0, n1, n2 = net.n0, net.n1, net.n2
    code, page = page_of(net.sheet(), claim)
    words = flat(page)
    expect(code == 1 and "does not conform" in page, page)
    # Sizes under every factor, the break between the second and the third of them, the origin of each size.
    lines = page.split("\n")
    at = next(number for number, line in enumerate(lines) if "✗" in line)
    column = lines[at].index("✗")
    expect(re.findall(r"\d+×\d+", lines[at - 1]) == factors + [f"{n2}×{n1}", f"{n1}×1", f"1×{n0}"], page)
    expect(re.findall(r"\d+×\d+", lines[at]) == [f"{n2}×1", f"{n2}×{n1}"], page)
    expect(lines[at - 2][column] == "*" and lines[at - 2][:column].count("(") >= 1 and lines[at - 2][column:].split()[1] == net.w3, "the break stands under its operator")
    expect(f"`{net.w3}` is {n2}×{n1} (declared line 4)" in words and f"`{net.x}` is {n0}×1 (declared line 1)" in words, page)
    expect(f"`{net.a3}` is {n2}×1 (line 8, its {n2} is the rows of `{net.w3}` (declared line 4))" in words, page)
    # The true chain grows to the left, because (AB)ᵀ = BᵀAᵀ.
    chain = [net.slope(net.a2, net.z2), net.slope(net.z3, net.a2), net.slope(net.loss, net.z3)]
    expect(sized(page, f"{net.slope(net.loss, net.z2)} = {' · '.join(chain)}") == [f"{n1}×{n1}", f"{n1}×{n2}", f"{n2}×1"], page)
    expect("in denominator layout a chain grows to the left because (A·B)ᵀ = Bᵀ·Aᵀ" in words, page)
    expect(re.search(r"= in denominator layout a chain grows to the left: .*, sizes (.*)", page).group(1) == f"{n1}×{n1} · {n1}×{n2} · {n2}×1", "the same in short")
    # Entry by entry, then stacked.
    entry = net.slope(net.loss, net.w2) + "[i,j]"
    middle = " · ".join(chain[:2])
    expect(f"{net.slope(net.z2, net.w2)} is a tensor of order 3" in words, page)
    expect(sized(page, f"{entry} = {net.slope(net.z2, net.w2)}[i,j] · {middle} ·") == [f"1×{n1}", f"{n1}×{n1}", f"{n1}×{n2}", f"{n2}×1"], page)
    stacked = re.search(rf"each entry \[i,j\] holds this number; all of them together are {re.escape(net.slope(net.loss, net.w2))} = (\S+)·{re.escape(subscripted(net.x))}ᵀ \({n1}×{n0}\)", words)
    expect(stacked and stacked.group(1).startswith("δ"), page)
    # The diagonal Jacobian merges into ⊙.
    expect(re.search(rf"{subscripted(net.a2)} acts entry by entry: its Jacobian is diagonal, diag\(.*?\) \({n1}×{n1}\), and diag\(v\)·u = v ⊙ u", words), page)
    expect("diag(v)·u = v ⊙ u merges it into ⊙" in words, page)
    # The repair is true, by the person's own names.
    expect(f"this is ∂{net.loss}/∂{net.w2} ({n1}×{n0}, proved)" in words, page)
    repair = re.search(r"= help: `([^`]*)` is ", page).group(1)
    expect(re.search(rf"= help: .* \({n1}×{n0}, proved\)", page), "the short form says that it is proved")
    # It turns W3, moves it before the factors as one, and brings the slope of a2: no more.
    edits = re.search(r"proved\): (.*)", page).group(1)
    expect(f"transpose {net.w3}" in edits and f"move {net.w3} before " in edits and len(re.findall("transpose|move|replace|insert|delete", edits)) == 3, edits)
    code, out, _ = run("-", "--json", text=f"{net.sheet()}claim d{net.loss}/d{net.w2} = {repair}\n")
    expect(code == 0 and json.loads(out)["claims"][0]["proved"], f"the repair {repair} is right")


networks = [
    (Network(("x", "y", "W2", "z2", "a2", "W3", "z3", "a3", "L"), (2, 3, 2), ("relu", "sigmoid")), 4),
    (Network(("u", "target", "A1", "s1", "h1", "A2", "s2", "out", "cost"), (7, 5, 4), ("softplus", "sigmoid")), 4),
    (Network(("v0", "t", "K1", "p1", "q1", "K2", "p2", "q2", "E"), (3, 6, 2), ("tanh", "tanh")), 3),
]
for network, count in networks:
    the_right_claim(network)
    row = f"[{';'.join(['1'] * network.n1)}]"
    the_wrong_claim(network, f"claim d{network.loss}/d{network.w2} = {network.delta()} * {network.w3} * {row} * {network.x}'", [f"{network.n2}×1"] * count)
    the_wrong_claim(network, f"claim d{network.loss}/d{network.w2} = ({network.delta()})*{network.w3}*{row}*{network.x}'", [f"{network.n2}×1"] * count)

# Matrices: a batch in rows.
batch = "X : R[B,d]\nY : R[B,k]\nparam V : R[d,h]\nparam U : R[h,k]\nH = tanh(X*V)\nP = H*U\nloss = 1/2*sum((P - Y).^2)\n"
code, page = page_of(batch, "claim dloss/dV = X'*((P - Y)*U .* (1 - H.^2))")
expect(code == 1 and "∂loss/∂H = ∂loss/∂P · Uᵀ, sizes B×k · k×h" in flat(page), page)
code, page = page_of(batch, "claim dloss/dU = H'*(P - Y)")
expect(code == 0 and "yes, the transpose of H is right, because each entry of U is used once for every row or column that P and H share" in flat(page), page)
# Numerator layout grows to the right; a Jacobian too.
code, page = page_of("layout numerator\n" + networks[1][0].sheet(), "claim dcost/dA1 = u*(A2*(out - target))'")
expect(code == 1 and "in numerator layout a chain grows to the right: ∂cost/∂s1 = ∂cost/∂s2 · ∂s2/∂h1 · ∂h1/∂s1, sizes 1×4 · 4×5 · 5×5" in flat(page), page)
# The short line has the names as the sheet spells them.
spelled = "x : R[n]\nt : R[k]\nparam W_1 : R[m,n]\nparam W_h2 : R[k,m]\nz_1 = W_1*x\nbeta_1 = sigmoid(z_1)\nz_2 = W_h2*beta_1\nL = 1/2*sum((z_2 - t).^2)\n"
code, out, _ = run("-", text=spelled + "claim dL/dW_1 = x*((W_h2'*(z_2 - t)) .* sigmoid'(z_1))'\n")
expect(code == 1 and "chain grows to the left: ∂L/∂z_1 = ∂beta_1/∂z_1 · ∂z_2/∂beta_1 · ∂L/∂z_2, sizes m×m · m×k · k×1" in flat(out), out)
code, page = page_of(networks[1][0].sheet(), "claim ds2/du = A2*diag(sigmoid(s1))*A1'")
expect(code == 1 and sized(page, "∂s₂/∂u = ∂s₂/∂h₁ · ∂h₁/∂s₁ · ∂s₁/∂u") == ["4×5", "5×5", "5×7"], page)

path = os.path.join(root, "examples", "question", "explained.txt")
code, out, _ = run("examples/question/question.gw", "--explain", columns=80)
out = re.sub(r"\s+\(largest[^)]*\)", "", out)
if "GRADWRIGHT_UPDATE_GOLDEN" in os.environ:
    with open(path, "w", encoding="utf-8") as file:
        file.write(out)
with open(path, encoding="utf-8") as file:
    expect(code == 1 and out == file.read(), f"the explanation of the question is as in {path} (GRADWRIGHT_UPDATE_GOLDEN=1 rewrites it)")
expect(run("examples/question/question.gw", "--explain", "--json")[0] == 2, "an explanation is for people")
print("explain_check: all as expected")
