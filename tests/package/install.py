#!/usr/bin/env python3
"""Installs the build in a scratch prefix and builds and runs examples/embed against it. usage: install.py BUILD"""
import os
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
print("install: all as expected")
