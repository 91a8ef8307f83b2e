#!/usr/bin/env python3
"""Installs the build in a scratch prefix and builds and runs examples/embed against it. usage: install.py BUILD"""
import os
import re
import subprocess
import sys
import tempfile

build = os.path.abspath(sys.argv[1])
root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.returncode}\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return done.stdout


def content(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def functions_of(header):
    """The names of the functions that it declares; what is private ends with the class."""
    public = re.sub(r" private:.*?\n};", "", re.sub(r"//.*", "", header), flags=re.DOTALL)
    declared = re.findall(r"^ *(?:\[\[nodiscard\]\]|void|static) .*?(\w+)\(", public, re.MULTILINE)
    return set(declared) - {"function", "state"}  # a type; what is of the library's own


def functions_in_use(header):
    """Those that the example calls which the head of the header names."""
    named = re.search(r"in use: (examples/\S+\.cpp)", header, re.IGNORECASE)
    return set(re.findall(r"(\w+)(?:<\w+>)?\(", content(os.path.join(root, named[1])))) if named else set()


with tempfile.TemporaryDirectory() as scratch:
    prefix = os.path.join(scratch, "prefix")
    run("cmake", "--install", build, "--prefix", prefix)
    for name in ("bin/gradwright", "include/gradwright/gradwright.h", "share/bash-completion/completions/gradwright",
                 "share/zsh/site-functions/_gradwright", "share/fish/vendor_completions.d/gradwright.fish"):
        if os.path.getsize(os.path.join(prefix, name)) == 0:
            sys.exit(f"{name} is empty")
    if not run(os.path.join(prefix, "bin/gradwright"), "--version").startswith("gradwright "):
        sys.exit("the installed program does not say its version")
    user = os.path.join(scratch, "embed")
    run("cmake", "-S", os.path.join(root, "examples/embed"), "-B", user, f"-DCMAKE_PREFIX_PATH={prefix}",
        *(f"-DCMAKE_CXX_FLAGS={flags}" for flags in [os.environ.get("GRADWRIGHT_EMBED_FLAGS", "")] if flags))
    run("cmake", "--build", user)
    print(run(os.path.join(user, "embed"), os.path.join(root, "examples/embed/embed.gw")), end="")
    judged = run(os.path.join(user, "claim"))
    if "right is: (W*x - y)*x'" not in judged:
        sys.exit(f"the wrong claim is not mended:\n{judged}")
    for example in ("diagnostic", "sheet", "program", "training"):
        run(os.path.join(user, example))
    for folder, _, names in os.walk(os.path.join(prefix, "include")):
        for name in names:
            text = content(os.path.join(folder, name))
            inner = re.search(r"\b(Pool|Plan|Expr|Shape|Span|gradwright::\w+)\b", text)
            if inner:
                sys.exit(f"{name} shows {inner[0]}, a type of the inside")
            unused = functions_of(text) - functions_in_use(text)
            if unused:
                sys.exit(f"{name}: no example calls {', '.join(sorted(unused))}")
print("install: all as expected")
