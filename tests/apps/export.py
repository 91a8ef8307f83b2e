#!/usr/bin/env python3
"""`gradwright export`: the file compiles alone, without a warning, and has the numbers of the evaluator."""
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

os.environ["COLUMNS"] = "1000"  # a sentence in one line
program = os.path.abspath(os.environ["GRADWRIGHT"])
root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
compiler = shutil.which("cc")
if compiler is None:
    sys.exit(77)


def run(*arguments, text=None):
    done = subprocess.run(arguments, input=text, capture_output=True, text=True, cwd=root, timeout=120, check=False)
    return done.returncode, done.stdout, done.stderr


def expect(condition, what):
    if not condition:
        sys.exit(f"not so: {what}")


def shaped(values, rows, columns):
    """Column-major numbers as the nested lists of `eval`."""
    return [[values[i + rows * j] for j in range(columns)] for i in range(rows)] if columns > 0 else list(values)


def flat(value, extents):
    if not extents:
        return [value]
    if len(extents) == 1 or not isinstance(value[0], list):
        return value
    return [value[i][j] for j in range(extents[1]) for i in range(extents[0])]


def places(text):
    """{name: (offset, is_input, extents)} from the constants of the file."""
    found = {}
    for name, offset, way, extents in re.findall(r"^  f_(\w+) = (\d+), /\* (in|out): ([^*]*) \*/$", text, re.M):
        found[name] = (int(offset), way == "in", [int(e) for e in extents.split(" x ")] if extents[0].isdigit() else [])
    return found, int(re.search(r"f_workspace = (\d+),", text).group(1))


def compare(sheet, loss, by, sizes=(), shares=()):
    """The exported function at a random point, beside the values of `eval`."""
    size_flags = [word for size in sizes for word in ("--size", size)]
    named = sheet + "".join(f"\ng_{name} = grad({loss}, {name})" for name in by) + "\n"
    for precision, tolerance in (("float64", 1e-10), ("float32", 2e-4)):
        code, text, err = run(program, "export", "-", "--name", "f", "--precision", precision, *size_flags, text=sheet)
        expect(code == 0, f"{loss} is exported: {err}")
        where, workspace = places(text)
        random.seed(7)
        values, given = [0.0] * workspace, {}
        for name, (offset, is_input, extents) in where.items():
            if not is_input:
                continue
            count = 1
            for extent in extents:
                count *= extent
            numbers = [random.uniform(-1, 1) for _ in range(count)]
            if name in shares:  # declared `prob`: positive, and one in all
                numbers = [abs(x) / sum(map(abs, numbers)) for x in numbers]
            if re.search(rf"(?m)^{name} : .*\bbinary\b", sheet):
                numbers = [float(x > 0) for x in numbers]
            values[offset:offset + count] = numbers
            given[name] = numbers[0] if not extents else shaped(numbers, extents[0], extents[1] if len(extents) > 1 else 0)
        real = "float" if precision == "float32" else "double"
        with tempfile.TemporaryDirectory() as directory:
            with open(os.path.join(directory, "f.c"), "w", encoding="utf-8") as file:
                file.write(text)
            with open(os.path.join(directory, "main.c"), "w", encoding="utf-8") as file:
                file.write(f"#include <stdio.h>\nvoid f({real} *w);\nstatic {real} w[] = {{{', '.join(map(repr, values))}}};\n"
                           f"int main(void) {{ f(w); for (int i = 0; i < {workspace}; ++i) printf(\"%.17g\\n\", w[i]); return 0; }}\n")
            objects = []
            for source, flags in (("f.c", ["-Wall", "-Wextra", "-Werror"]), ("main.c", [])):
                objects.append(os.path.join(directory, source + ".o"))
                code, _, err = run(compiler, "-std=c11", "-O1", *flags, "-c", os.path.join(directory, source), "-o", objects[-1])
                expect(code == 0, f"{source} of {loss} compiles without a warning: {err}")
            binary = os.path.join(directory, "a.out")
            expect(run(compiler, *objects, "-o", binary, "-lm")[0] == 0, "it links with nothing but the mathematics library")
            numbers = [float(line) for line in run(binary)[1].split()]
        code, out, err = evaluated(named, given, sizes)
        expect(code == 0, f"{loss} is evaluated: {err}")
        wanted = json.loads(out)["values"]
        for name, key in [(loss, loss)] + [(f"d{loss}_d{x}", f"g_{x}") for x in by]:
            offset, _, extents = where[name]
            reference = flat(wanted[key], extents)
            for found, expected in zip(numbers[offset:], reference):
                expect(abs(found - expected) <= tolerance * max(1, abs(expected)), f"{name} in {precision}: {found} is {expected}")


def evaluated(sheet, given, sizes):
    with tempfile.TemporaryDirectory() as directory:
        with open(os.path.join(directory, "values.json"), "w", encoding="utf-8") as file:
            json.dump({**given, **{size.split("=")[0]: int(size.split("=")[1]) for size in sizes}}, file)
        return run(program, "eval", "-", "--inputs", os.path.join(directory, "values.json"), "--json", text=sheet)


def example(name):
    with open(os.path.join(root, "examples", name, name + ".gw"), encoding="utf-8") as file:
        return "".join(line for line in file if not line.startswith("claim"))


compare(example("question"), "L", ["W2", "W3"])
compare(example("logistic"), "L", ["w", "b"])
compare(example("digits"), "L", ["W1", "b1", "W2", "b2"], shares=("y",))
compare("x : R[n]\nA : R[n,n]\nf = x'*inv(A + 4*eye(n))*x + logdet(A*A' + eye(n))\nderive f wrt x, A\n", "f", ["x", "A"], sizes=("n=5",))
compare("const c : R[3] = [1; 2; 3]\nx : R[3]\nexp_ : R\nf = exp(c'*x/9) + exp_^2\nderive f wrt x\n", "f", ["x"])

code, _, err = run(program, "export", "-", text="x : R[n]\nf = x'*x\nderive f wrt x\n")
expect(code == 2 and "G0504" in err and "--size n=" in err, "an open size is asked for")
code, _, err = run(program, "export", "-", text="x : R[2]\nf = x\nderive f wrt x\n")
expect(code == 2 and "G0404" in err, "what is exported is a number")
code, _, err = run(program, "export", "-", text="x : R[2]\nf = x'*x\n")
expect(code == 2 and "G0405" in err, "a sheet that asks for nothing")
for stage, part in (("passes", "contraction_order   ordered"), ("plan", "kernel 0"), ("loops", "r0 ="), ("c", "void L(double *w)")):
    code, out, _ = run(program, "explain", "examples/digits/digits.gw", "--stage", stage)
    expect(code == 0 and part in out, f"the stage {stage}")
def called(sheet, arguments, name, given, wanted, language="c"):
    """The file and its header as a program would use them, beside all headers of C: the numbers at the header's places."""
    with tempfile.TemporaryDirectory() as directory:
        def at(file):
            return os.path.join(directory, file)

        code, text, err = run(program, "export", "-", "--header", at("it.h"), *arguments, text=sheet)
        expect(code == 0, f"{name} is exported: {err}")
        with open(at("it.c"), "w", encoding="utf-8") as file:
            file.write(text)
        with open(at("it.h"), encoding="utf-8") as file:
            function = re.search(r"^void (\w+)\(double \*w\);$", file.read(), re.M).group(1)
        headers = "assert complex ctype errno fenv float inttypes limits locale math setjmp signal stdarg stddef stdint stdio stdlib string time wchar".split()
        sets = "".join(f"  at_[{function}_{place} + {i}] = {value!r};\n" for place, values in given.items() for i, value in enumerate(values))
        prints = "".join(f"  printf(\"%.17g\\n\", at_[{function}_{place} + {i}]);\n" for place, values in wanted.items() for i in range(len(values)))
        with open(at("main." + language), "w", encoding="utf-8") as file:
            file.write("".join(f"#include <{header}.h>\n" for header in headers if language == "c" or header != "complex") + '#include "it.h"\n#include "it.h"\n'
                       f"static double at_[{function}_workspace];\nint main(void) {{\n{sets}  {function}(at_);\n{prints}  return 0;\n}}\n")
        driver = compiler if language == "c" else shutil.which("c++")
        steps = [[compiler, "-std=c11", "-Wall", "-Wextra", "-Werror", "-c", at("it.c"), "-o", at("it.o")],
                 [compiler, "-std=gnu17", "-Wall", "-Wextra", "-Werror", "-c", at("it.c"), "-o", at("it.o")],
                 [driver, "-Wall", "-Wextra", "-Werror", at("main." + language), at("it.o"), "-o", at("a.out"), "-lm"]]
        for step in steps:
            code, _, err = run(*step)
            expect(code == 0, f"{name}, exported as {function}: {err}")
        code, out, err = run(at("a.out"))
        expect(code == 0, f"{name}, exported as {function}, runs: {code} {err}")
        numbers = [float(line) for line in out.split()]
        flattened = [value for values in wanted.values() for value in values]
        expect(len(numbers) == len(flattened) and all(abs(a - b) < 1e-12 for a, b in zip(numbers, flattened)), f"{name}: {numbers}, not {flattened}")


# Names that C, its library or its headers have: of the loss and of an input.
taken = ("round fma malloc free main errno y0 y1 yn j0 j1 jn gamma signgam exit read write open close time index printf memcpy qsort signal raise stdin stdout "
         "int double register restrict inline bool complex linux unix I E_ NULL EOF NAN INFINITY M_PI class template new this typeid gw gw_x w data real").split()
for name in taken:
    sheet = f"x : R[2]\n{name} = x'*x\nderive {name} wrt x\n"
    if run(program, "derive", "-", text=sheet)[0] != 0:
        continue  # a word of the language of sheets
    code, text, _ = run(program, "export", "-", text=sheet)
    places_of = {one: full for full, one in re.findall(r"^  (\w+) = \d+, /\* (in|out)", text, re.M)}
    function = re.search(r"^void (\w+)\(double \*w\);$", text, re.M).group(1)
    own = places_of["out"]
    gradient = re.findall(r"^  (\w+) = \d+, /\* out", text, re.M)
    called(sheet, [], name, {"x": [3, 4]}, {one[len(function) + 1:]: value for one, value in zip(gradient, ([25], [6, 8]))})
for name in ("errno", "index", "int", "unix", "y0", "log_", "MAX", "workspace"):
    sheet = f"{name} : R[2]\nFLT = {name}'*{name}\nderive FLT wrt {name}\n"
    if run(program, "derive", "-", text=sheet)[0] == 0:
        code, text, _ = run(program, "export", "-", text=sheet)
        place = re.search(r"^  FLT_(\w+) = \d+, /\* in", text, re.M).group(1)
        value = re.search(r"^  FLT_(\w+) = \d+, /\* out", text, re.M).group(1)
        called(sheet, [], f"an input {name}", {place: [3, 4]}, {value: [25]})

# A prediction instead of the loss, from C and from C++.
network = "x : R[2]\ny : R\nparam w : R[2]\nparam b : R\nz = w'*x + b\np = z^2\nL = (p - y)^2\nminimize L\n"
for language in ("c", "cpp"):
    called(network, ["--output", "p", "--name", "predict"], "p", {"x": [3, 4], "w": [1, -2], "b": [0.5]}, {"p": [20.25]}, language)
called(network, ["--output", "z,p"], "z and p", {"x": [3, 4], "w": [1, -2], "b": [0.5]}, {"z": [-4.5], "p": [20.25]})
code, text, _ = run(program, "export", "-", "--output", "p", text=network)
expect(code == 0 and "_y =" not in text and "_dL" not in text, "and nothing else")
code, _, err = run(program, "export", "-", "--output", "q", text=network)
expect(code == 2 and "G0306" in err, "an output that is not there")
for name in ("round", "int", "a b", "2x", "__x"):
    code, out, err = run(program, "export", "-", "--name", name, text=network)
    expect(code == 2 and "G0307" in err and out == "", f"--name {name} is refused")
print("export: all as expected")
