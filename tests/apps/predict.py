#!/usr/bin/env python3
"""Train, then predict: new data become numbers as those of the training did, and what the sheet declares of data holds."""
import csv
import io
import json
import math
import os
import random
import subprocess
import sys
import tempfile

os.environ["COLUMNS"] = "1000"  # a sentence in one line
program = os.path.abspath(os.environ["GRADWRIGHT"])
LINE = "x : R[2]\ny : R\nparam w : R[2]\nparam b : R\nz = w'*x + b\nL = (z - y)^2\nminimize L\n"
BATCH = "X : R[n,2]\ny : R[n]\nparam w : R[2]\nparam b : R\nz = X*w + b*ones(n)\nL = mean((z - y).^2)\nminimize L\n"
TURNED = "X : R[2,n]\ny : R[1,n]\nparam w : R[2]\nparam b : R\nz = w'*X + b*ones(1,n)\nL = mean((z - y).^2)\nminimize L\n"
THREE = "x : R[d]\ny : R[3] onehot_cols\nparam W : R[3,d]\nparam b : R[3]\np = softmax(W*x + b)\nL = -y'*log(p)\nminimize L\n"
TWO = "x : R[d]\ny : R {}\nparam w : R[d]\nparam b : R\n{}\nminimize L\n"
LOGISTIC = "p = sigmoid(w'*x + b)\nL = -y*log(p) - (1 - y)*log(1 - p)"
MARGIN = "s = tanh(w'*x + b)\nL = (s - y)^2"
LOGIT = "s = w'*x + b\nL = softplus(s) - y*s"
SHARE = "p = sigmoid(w'*x + b)\nL = softplus(-y*(w'*x + b))"


def expect(condition, what):
    if not condition:
        sys.exit(f"not so: {what}")


def run(*arguments, text=None):
    return subprocess.run([program, *arguments], input=text, capture_output=True, text=True, timeout=300, check=False)


def good(*arguments, text=None):
    done = run(*arguments, text=text)
    expect(done.returncode == 0, f"{arguments} works: {done}")
    return done


def refused(done, code, *words):
    expect(done.returncode == 2 and f"error[{code}]" in done.stderr and all(word in done.stderr for word in words), f"{code} with {words}: {done}")


def answers(done):
    return [list(row.values()) for row in csv.DictReader(io.StringIO(done.stdout))]


def close(found, wanted, what, tolerance=1e-3):
    expect(len(found) == len(wanted) and all(abs(float(f) - w) <= tolerance * (1 + abs(w)) for f, w in zip(found, wanted)), f"{what}: {found}, not {wanted}")


with tempfile.TemporaryDirectory() as scratch:
    def at(name):
        return os.path.join(scratch, name)

    def write(name, text):
        with open(at(name), "w", encoding="utf-8") as file:
            file.write(text)
        return at(name)

    # A plane over features of very unlike sizes: without mean and scale the parameters say nothing of it.
    random.seed(5)
    def truth(a, b):
        return 0.02 * a - 30 * b + 7

    rows = [(random.uniform(900, 1100), random.uniform(-0.1, 0.3)) for _ in range(60)]
    data = write("plane.csv", "size,share,price\n" + "".join(f"{a},{b},{truth(a, b)}\n" for a, b in rows))
    new = [(1000, 0.1), (950, 0.25), (1234, -0.05)]
    wanted = [truth(*one) for one in new]
    fitting = ["--epochs", "400", "--rate", "0.05", "--precision", "float64"]
    for name, text in (("line", LINE), ("batch", BATCH), ("turned", TURNED)):
        sheet, saved = write(name + ".gw", text), at(name + ".safetensors")
        for scaling in ("standard", "minmax"):
            for way in ([], ["--stream"]):
                rate = ["--rate", "0.4", "--epochs", "1500"] if scaling == "minmax" else []
                done = good("train", sheet, "--data", data, *fitting[:0 if rate else 4], *rate, "--precision", "float64", "--normalise", scaling, *way, "--save", saved)
                mean = sum(a for a, _ in rows) / len(rows)
                expect("size" in done.stdout and "share" in done.stdout and ("mean" if scaling == "standard" else "least") in done.stdout, f"the scaling is told: {done.stdout}")
                turned = write("new.csv", "share;ignored;size\n" + "".join(f"{b};x;{a}\n" for a, b in new))  # other order, separator, a column more
                done = good("predict", sheet, "--parameters", saved, "--data", turned)
                close([one for one, in answers(done)], wanted, f"{name} {scaling} {way}")
                expect("ignored" in done.stderr, "a column that is not looked at is told")
        expect(abs(mean - 1000) < 50, "features far from 0")
    sheet, saved = at("line.gw"), at("line.safetensors")
    for (a, b), value in zip(new, wanted):
        point = write("x.csv", f"{a}\n{b}\n")
        done = good("run", sheet, "--parameters", saved, "--input", f"x={point}", "--output", "z", "--precision", "float64")
        close(done.stdout.split(), [value], "run on raw features")
        expect("note[G0546]" in done.stderr and "scaled as in the training" in done.stderr, "what is done to them is told")
        done = good("eval", sheet, "--parameters", saved, "--inputs", "-", text=json.dumps({"x": [a, b], "y": 0}))
        close([json.loads(done.stdout)["values"]["z"]], [value], "eval on raw features")
    raw = good("run", sheet, "--parameters", saved, "--input", f"x={point}", "--output", "z", "--raw").stdout
    expect(abs(float(raw) - value) > 1, "--raw takes them as they are")
    grid = write("grid.csv", "".join(f"{a},{b}\n" for a, b in new))
    done = good("run", at("batch.gw"), "--parameters", at("batch.safetensors"), "--input", f"X={grid}", "--output", "z", "--precision", "float64")
    close(done.stdout.split(), wanted, "a batch by rows")
    grid = write("grid.csv", ",".join(str(a) for a, _ in new) + "\n" + ",".join(str(b) for _, b in new) + "\n")
    done = good("run", at("turned.gw"), "--parameters", at("turned.safetensors"), "--input", f"X={grid}", "--output", "z", "--precision", "float64")
    close(done.stdout.replace(",", " ").split(), wanted, "a batch by columns")
    good("train", sheet, "--data", data, *fitting, "--checkpoint", at("c"))
    done = good("predict", sheet, "--parameters", at("c"), "--data", turned)
    close([one for one, in answers(done)], wanted, "from a checkpoint")
    many = write("many.csv", "size,share\n" + "".join(f"{a},{b}\n" for a, b in new * 20000))
    good("predict", sheet, "--parameters", saved, "--data", many, "--output", at("out.csv"))
    with open(at("out.csv"), encoding="utf-8") as file:
        out = file.read().split()
    expect(out[0] == "price" and len(out) == 60001, "60,000 rows")
    close(out[59998:], wanted, "the last of them")
    refused(run("predict", sheet, "--parameters", saved, "--data", many, "--output", many), "G0541")
    refused(run("predict", sheet, "--parameters", saved, "--data", many, "--output", at("out.npy")), "G0542")
    refused(run("predict", sheet, "--parameters", saved, "--data", write("less.csv", "size\n1\n")), "G0545", "`share`")
    refused(run("predict", sheet, "--parameters", saved, "--data", write("gap.csv", "size,share\n1,2\n3,\n")), "G0506", "line 3", "`share`")
    refused(run("predict", sheet, "--parameters", saved, "--data", write("text.csv", "size,share\n1,2\n3,much\n")), "G0506", "line 3", "`much`")
    refused(run("predict", sheet, "--parameters", saved, "--data", turned, "--probabilities"), "G0545")
    # Parameters without a record: said so, and taken as they are.
    bare = at("bare.safetensors")
    with open(saved, "rb") as file:
        content = file.read()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8:8 + length])
    record = json.loads(header["__metadata__"].pop("data"))
    expect([column["name"] for column in record["columns"]] == ["size", "share"] and len(record["shift"]) == 2, f"the record can be read: {record}")
    packed = json.dumps(header).encode()
    packed += b" " * (-len(packed) % 8)
    with open(bare, "wb") as file:
        file.write(len(packed).to_bytes(8, "little") + packed + content[8 + length:])
    for done in (good("run", sheet, "--parameters", bare, "--input", f"x={point}", "--output", "z"), good("predict", sheet, "--parameters", bare, "--data", write("n.csv", "1,2\n3,4\n"))):
        expect("note[G0546]" in done.stderr and "does not say" in done.stderr, f"what is not known is said: {done}")

    # Without names: by place, with the target's column and without.
    data = write("bare.csv", "".join(f"{truth(a, b)},{a},{b}\n" for a, b in rows))
    good("train", sheet, "--data", data, "--label", "1", *fitting, "--save", saved)
    for text in ("".join(f"{a},{b}\n" for a, b in new), "".join(f"99,{a},{b}\n" for a, b in new)):
        close([one for one, in answers(good("predict", sheet, "--parameters", saved, "--data", write("n.csv", text)))], wanted, "by place")
    close([one for one, in answers(good("predict", sheet, "--parameters", saved, "--data", write("one.csv", f"{new[0][0]},{new[0][1]}\n")))], wanted[:1], "one row")

    # Classes by name, categories, gaps.
    sheet, saved = write("three.gw", THREE), at("three.safetensors")
    kinds = {"red": "cat", "green": "dog", "blue": "eel, jellied"}
    lines = [f"{colour},{100 + random.random()},\"{kind}\"\n" for _ in range(25) for colour, kind in kinds.items()]
    lines[7] = lines[7].replace(lines[7].split(",")[1], "")
    data = write("kinds.csv", "colour,weight,kind\n" + "".join(lines))
    good("train", sheet, "--data", data, "--missing", "mean", "--epochs", "60", "--save", saved)
    fresh = write("new.csv", "weight,colour\n100.5,blue\n,red\n100.1,green\n")
    found = answers(good("predict", sheet, "--parameters", saved, "--data", fresh))
    expect(found == [["eel, jellied"], ["cat"], ["dog"]], f"classes by name: {found}")
    done = good("predict", sheet, "--parameters", saved, "--data", fresh, "--probabilities")
    names = next(csv.reader(io.StringIO(done.stdout)))
    expect(names == ["p(cat)", "p(dog)", "p(eel, jellied)"], f"a column a class: {names}")
    for row, best in zip(answers(done), (2, 0, 1)):
        shares = [float(one) for one in row]
        expect(abs(sum(shares) - 1) < 1e-4 and max(range(3), key=shares.__getitem__) == best, f"probabilities: {row}")
    refused(run("predict", sheet, "--parameters", saved, "--data", write("new.csv", "weight,colour\n100,red\n100,pink\n")), "G0545", "`pink`", "line 3", "`colour`")

    # Two classes: yes and no, 0 and 1, -1 and 1; what is declared is what the network sees.
    def labelled(pairs):
        return "a,label\n" + "".join(f"{i - 20},{pairs[i > 20]}\n" for i in range(41))

    for word, body, pairs, low in (("binary", LOGISTIC, ("no", "yes"), 0), ("binary", LOGISTIC, ("0", "1"), 0), ("pm1", MARGIN, ("no", "yes"), -1),
                                   ("pm1", MARGIN, ("0", "1"), -1), ("pm1", MARGIN, ("-1", "1"), -1), ("binary", LOGIT, ("no", "yes"), None),
                                   ("pm1", SHARE, ("no", "yes"), 0), ("pm1", SHARE, ("-1", "1"), 0)):
        sheet = write("two.gw", TWO.format(word, body))
        for way in ([], ["--stream"]):
            done = good("train", sheet, "--data", write("two.csv", labelled(pairs)), "--epochs", "80", "--save", saved, *way)
            told = "is -1 and" in done.stdout and "is 1, as the target is declared `pm1`" in done.stdout
            expect(told == (word == "pm1" and pairs[0] != "-1"), f"a mapping is told: {done.stdout}")
            accuracy = float(done.stdout.split("accuracy ")[-1].split(" %")[0])
            expect(accuracy > 85, f"{word} {pairs}: {accuracy}")
            near = answers(good("predict", sheet, "--parameters", saved, "--data", write("n.csv", "a\n-1.5\n2.5\n")))
            expect(near == [[pairs[0]], [pairs[1]]], f"on both sides of the border, {word} {body}: {near}")
            found = answers(good("predict", sheet, "--parameters", saved, "--data", write("n.csv", "a\n-9\n9\n")))
            expect(found == [[pairs[0]], [pairs[1]]], f"{word} {pairs}: {found}")
        done = run("predict", sheet, "--parameters", saved, "--data", at("n.csv"), "--probabilities")
        if low == 0:
            shares = [float(one) for one, in answers(done)]
            expect(shares[0] < 0.2 and shares[1] > 0.8, f"the probability of the second class: {done}")
        else:
            refused(done, "G0545")

    # Three texts are no numbers; two are, where the network is to tell them apart.
    kinds = write("kinds.csv", "a,kind\n" + "".join(f"{i},{('cat', 'dog', 'eel')[i % 3]}\n" for i in range(30)))
    for body in (MARGIN, "z = w'*x + b\nL = (z - y)^2"):
        refused(run("train", "-", "--data", kinds, text=TWO.format("", body)), "G0502", "one of 3 texts", "R[3] onehot")

    # What the data break is told with its row, before training.
    def breaks(sheet, table, *words, way=()):
        refused(run("train", "-", "--data", write("broken.csv", table), *way, text=sheet), "G0543", *words)

    for way in ([], ["--stream"]):
        for word, body, bad in (("binary", LOGISTIC, 7), ("binary", LOGISTIC, -1), ("binary", LOGISTIC, 0.5), ("pm1", MARGIN, 2), ("positive", MARGIN, -3), ("prob", MARGIN, 1.5)):
            table = "".join(f"{i},{bad if i == 6 else 1}\n" for i in range(20))
            breaks(TWO.format(word, body), table, "row 7", str(bad), f"`{word}`", way=way)
        breaks(TWO.format("pm1", MARGIN), "".join(f"{i},{[0, 1, -1][i % 3]}\n" for i in range(20)), "row 1", "`pm1`", way=way)
        breaks(TWO.format("binary", LOGISTIC), "".join(f"{i + 5},{'abc'[i % 3]}\n" for i in range(20)), "row 3", "is 2", way=way)
        breaks(TWO.format("", MARGIN).replace("x : R[d]", "x : R[d] prob"), "".join(f"{0.5},{0.6 if i == 4 else 0.5},{i}\n" for i in range(20)), "row 5", "1.1", way=way)
        breaks(TWO.format("", MARGIN).replace("x : R[d]", "x : R[d] binary"), "".join(f"{i % 2},{3 if i == 9 else 1},{i}\n" for i in range(20)), "row 10", "entry [2] is 3", way=way)
        breaks(TWO.format("", MARGIN).replace("x : R[d]", "x : R[d] onehot"), "".join(f"{i % 2},{1 if i == 7 else 1 - i % 2},{i}\n" for i in range(20)), "row 8", "`onehot`", "add up to", way=way)
    # Declared features are not scaled, as they would not be what they are declared to be.
    done = good("train", "-", "--data", write("b.csv", "".join(f"{i % 2},{i % 3 % 2},{i % 2}\n" for i in range(20))), "--epochs", "2", "--save", saved,
                text=TWO.format("", MARGIN).replace("x : R[d]", "x : R[d] binary"))
    expect("features: as they are" in done.stdout, f"said so: {done.stdout}")
    with open(saved, "rb") as file:
        expect(b'scaling\\":\\"none' in file.read(), "and kept so")
    # A parameter with a structure keeps it; the prediction is told, not the loss.
    quadratic = "x : R[2]\ny : R\nparam S : R[2,2] symmetric\nf = x'*S'*[1;0]\nd = f - y\nL = d^2\nminimize L\n"
    sheet = write("s.gw", quadratic)
    points = [(1, 0), (0, 1), (1, 1), (2, 1), (1, 2), (-1, 1)]
    data = write("s.csv", "a,b,y\n" + "".join(f"{a},{b},{3 * a - 2 * b}\n" for a, b in points))
    good("train", sheet, "--data", data, "--raw", "--test", "0", "--epochs", "400", "--optimizer", "momentum", "--save", saved)
    found = [float(one) for one, in answers(good("predict", sheet, "--parameters", saved, "--data", data))]
    expect(all(abs(one - (3 * a - 2 * b)) < 1e-2 for one, (a, b) in zip(found, points)), f"f = 3a - 2b: {found}")
    values = good("eval", sheet, "--parameters", saved, "--inputs", write("x.json", '{"x": [0, 1], "y": 0}'))
    expect(abs(json.loads(values.stdout)["values"]["f"] + 2) < 1e-2, f"and `eval` says the same: {values.stdout}")
    refused(run("train", sheet, "--data", data, "--raw", "--optimizer", "newton"), "G0547", "symmetric")
    refused(run("train", "-", "--data", data, text=quadratic.replace("symmetric", "spd")), "G0547", "A*A'")
    # What is given for an input is what the sheet declares of it.
    declared = write("declared.gw", "S : R[2,2] {}\nc = S - S'\n".format("symmetric"))
    refused(run("eval", declared, "--inputs", write("s.json", '{"S": [[1, 2], [3, 4]]}')), "G0543", "entry [1,2] is 2", "symmetric")
    for text, code, *what in (('{"S": [[1, 2], [null, 4]]}', "G0507", "entry [2,1] of `S` is null"), ('{"S": [[1, 1e999], [3, 4]]}', "G0507", "`1e999` is beyond"),
                              ('{"S": null}', "G0507", "the value of `S` is null"), ('{"S": [[1, NaN], [2, 4]]}', "G0503", "no JSON object"), ("[1]", "G0503", "no JSON object"),
                              ('{"S": [[1, 2], [2, 4]], "S": [[1, 3], [3, 4]]}', "G0503", "`S` has two values")):
        refused(run("eval", declared, "--inputs", write("s.json", text)), code, *what)
    refused(run("run", declared, "--input", "S=" + write("m.csv", "1,2\n3,4\n"), "--output", "c"), "G0543", "symmetric")
    good("eval", declared, "--inputs", write("s.json", '{"S": [[1, 2], [2, 4]]}'))
    turned = write("turned.gw", "Q : R[2,2] orthogonal\nR = Q'*Q\n")
    good("eval", turned, "--inputs", write("q.json", '{"Q": [[0.6, -0.8], [0.8, 0.6]]}'))
    refused(run("eval", turned, "--inputs", write("q.json", '{"Q": [[0.6, 0.8], [0.8, 0.6]]}')), "G0543", "orthogonal")
print("predict: all as expected")
