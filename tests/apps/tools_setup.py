#!/usr/bin/env python3
"""tools/setup: says what it installs, asks only on a terminal and only a user who is not root, and takes the first package that apt knows."""
import os
import pty
import subprocess
import sys
import tempfile

setup = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools", "setup")
folder = tempfile.TemporaryDirectory()
log = os.path.join(folder.name, "log")
programs = {
    "dpkg-query": 'case "$4" in present) echo -n installed ;; *) exit 1 ;; esac',
    "apt-cache": 'case "$2" in unknown) ;; *) echo "  Candidate: 1.0" ;; esac',
    "apt-get": f'echo "apt-get $*" >>{log}',
    "id": "echo $FAKE_USER",
    "sudo": f'echo "sudo $*" >>{log}; [ "$1" != -n ] || exit 1; exec "$@"',
}
for name, body in programs.items():
    path = os.path.join(folder.name, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write("#!/bin/sh\n" + body + "\n")
    os.chmod(path, 0o755)
packages = os.path.join(folder.name, "packages")


def expect(condition, what):
    if not condition:
        sys.exit(f"not so: {what}")


def run(listed, *arguments, user=0, answer=None):
    """Exit code, what is shown, what was run. With an answer, standard input is a terminal."""
    with open(packages, "w", encoding="utf-8") as file:
        file.write(listed)
    open(log, "w", encoding="utf-8").close()
    env = {"PATH": folder.name + ":/usr/bin:/bin", "FAKE_USER": str(user), "GRADWRIGHT_PACKAGES": packages}
    ours, theirs = pty.openpty()
    if answer is not None:
        os.write(ours, answer.encode())
    done = subprocess.run(["bash", setup, *arguments], env=env, text=True, stdin=theirs if answer is not None else subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
    os.close(ours)
    os.close(theirs)
    with open(log, encoding="utf-8") as file:
        return done.returncode, done.stdout, file.read()


missing = "present   # is there\nabsent\nunknown | second # the first that apt knows\nabsent3 | present\n"
expect(run("present\n# a comment\n\n") == (0, "", ""), "nothing missing: nothing said, nothing run")
code, shown, ran = run(missing, "--dry-run")
expect(code == 0 and ran == "" and shown == "missing: absent\nmissing: unknown | second\n", f"--dry-run says what is missing: {shown}")
code, shown, ran = run(missing)
expect(code == 0 and "installing absent second\n" in shown, f"root is told what is installed: {shown}")
expect(ran.endswith("--no-install-recommends absent second\n") and "sudo" not in ran, f"root installs without sudo: {ran}")
code, shown, ran = run(missing, answer="n\n")
expect(code == 0 and "[Y/n]" not in shown, "root is not asked, on a terminal either")
code, shown, ran = run(missing, user=1000)
expect(code == 3 and "absent" in shown and "apt-get" not in ran, f"a user without a terminal and a password: exit code 3, naming what is missing: {shown}")
code, shown, ran = run(missing, user=1000, answer="n\n")
expect(code == 3 and "missing: absent" in shown and ran == "", f"a user who says no: {shown}")
code, shown, ran = run(missing, user=1000, answer="y\n")
expect(code == 0 and "sudo env DEBIAN_FRONTEND=noninteractive apt-get install" in ran, f"a user who says yes: {ran}")
code, shown, ran = run("unknown\n")
expect(code == 3 and "unknown" in shown and "install" not in ran, f"a package that apt does not know is named: {shown}")
print("tools/setup: as expected")
