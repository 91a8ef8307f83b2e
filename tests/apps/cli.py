#!/usr/bin/env python3
"""The command line: help, exit codes, colour, standard streams, completion."""
import os
import re
import pty
import shutil
import subprocess
import sys
import tempfile

program = os.path.abspath(os.environ["GRADWRIGHT"])
root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
question = "examples/question/question.gw"
commands = ("derive", "eval", "check", "fmt", "train", "run", "predict", "export", "explain", "completion")


def run(*arguments, text=None, environment=None, **streams):
    env = {**os.environ, **(environment or {})}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.run([program, *arguments], input=text, text=True, cwd=root, timeout=120, check=False, env=env, **pipes)


def expect(condition, what):
    if not condition:
        sys.exit(f"not so: {what}")


def shell(command, name="bash"):
    arguments = [name, "-c", command] if name != "zsh" else [name, "-fc", command]
    return subprocess.run(arguments, capture_output=True, text=True, cwd=root, timeout=120, check=False,
                          env={**os.environ, "G": program, "PATH": os.path.dirname(program) + ":" + os.environ["PATH"]})


# Help and version.
top = run("--help")
expect(top.returncode == 0 and top.stderr == "", "--help is fine and goes to standard output")
for code in ("0 fine", "1 a claim is wrong", "2 the input", "3 a fault of the environment", "70 a fault"):
    expect(code in top.stdout, f"--help documents exit code `{code}`")
for command in commands:
    expect(command in top.stdout, f"--help names {command}")
    about = run(command, "--help")
    expect(about.returncode == 0 and "example" in about.stdout and f"gradwright {command}" in about.stdout, f"{command} --help has an example")
version = run("--version")
with open(os.path.join(root, "include/gradwright/version.h"), encoding="utf-8") as file:
    declared = ".".join(re.findall(r"#define GRADWRIGHT_VERSION_\w+ (\d+)", file.read()))
expect((version.returncode, version.stdout) == (0, f"gradwright {declared}\n"), "--version is that of the public header")

# Exit codes.
expect(run("derive", question).returncode == 0, "0: fine")
for wrong in ([], ["derive"], ["nonsense"], ["derive", question, "--to", "x"], ["derive", question, "--nonsense"], ["completion", "tcsh"],
              ["train", question, "--data", "x", "--epochs", "0"]):
    done = run(*wrong)
    expect(done.returncode == 2 and done.stdout == "" and "--help" in done.stderr, f"2: the arguments {wrong}")
done = run("derive", "-", text="f = q\n")
expect(done.returncode == 2 and done.stdout == "" and "<stdin>:1:5" in done.stderr, "2: a sheet with an error, told on standard error")
expect(run("derive", "/nonexistent.gw").returncode == 3, "3: a file that is not there")
expect(run("derive", "examples").returncode == 3, "3: a directory")
with tempfile.TemporaryDirectory() as folder:
    empty = os.path.join(folder, "empty.gw")
    open(empty, "w", encoding="utf-8").close()
    for command in ("derive", "check", "export"):
        done = run(command, empty)
        expect(done.returncode == 2 and "G0116" in done.stderr and "empty" in done.stderr and "path" not in done.stderr,
               f"2: {command} of an empty file says that it is empty: {done}")
    expect((run("fmt", empty).returncode, run("fmt", empty).stdout) == (0, ""), "an empty file is laid out")
    for content in ("(" * 10_000_000, "\n" * 5_000_000):
        long = os.path.join(folder, "long.gw")
        with open(long, "w", encoding="utf-8") as file:
            file.write(content)
        code = os.path.join(folder, "long.py")
        shutil.copy(long, code)
        for command in (["derive", long], ["check", long], ["fmt", long], ["check", code, "--sheet", question]):
            done = run(*command)
            expect(done.returncode == 2 and "the text is too long" in done.stderr and len(done.stderr) < 2000,
                   f"2: {command} of ten megabytes refuses them: {done.returncode}, {done.stderr[:400]}")
expect(run("check", question).returncode == 1, "1: one of the two claims is wrong")

# Standard streams.
sheet = "x : R[n]\nf = x'*x\nderive f wrt x\n"
expect(run("derive", "-", "--to", "gw", text=sheet).stdout == "2*x\n", "- reads standard input")
expect(run("derive", "-", text="# nothing yet\n").returncode == 0, "a sheet of comments asks for nothing")
expect(run("derive", "-", text="").returncode == 2, "an empty sheet is a mistake: what was to write it has failed")
expect(shell('"$G" derive - <&-').returncode == 2, "a closed standard input is an empty sheet")
expect(shell(f'"$G" derive {question} >&-').returncode == 3, "3: a closed standard output")
full = shell(f'"$G" derive {question} --json >/dev/full')
expect(full.returncode == 3 and "G0508" in full.stderr, "3: a full disk")
expect(shell(f'"$G" derive {question} 2>&-').returncode == 0, "a closed standard error does no harm")
with tempfile.NamedTemporaryFile("w", suffix=".gw") as many:  # more than a pipe holds
    many.write("# a line\n" * 50000)
    many.flush()
    piped = shell(f'set -o pipefail; "$G" fmt {many.name} | head -1; echo "${{PIPESTATUS[0]}}"')
expect(piped.stdout == "# a line\n141\n" and piped.stderr == "", f"a reader that leaves ends the program quietly: {piped}")


# Colour: on a terminal, and nowhere else unless it is asked for.
def on_terminal(*arguments, environment=None):
    ours, theirs = pty.openpty()
    done = run(*arguments, environment=environment, stdout=theirs)
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 65536):
            shown += piece
    except OSError:
        pass
    os.close(ours)
    expect(done.returncode == 0, f"{arguments} on a terminal")
    return b"\x1b[" in shown


plain = {"NO_COLOR": ""}
expect(on_terminal("derive", question, "--to", "terminal", environment=plain), "colour on a terminal")
expect(not on_terminal("derive", question, environment={"NO_COLOR": "1"}), "NO_COLOR is honoured")
expect(on_terminal("derive", question, "--color", "always", environment={"NO_COLOR": "1"}), "--color always is stronger than NO_COLOR")
expect(not on_terminal("derive", question, "--color=never", environment=plain), "--color never")
expect("\x1b" not in run("derive", question).stdout, "no colour in a pipe")
expect("\x1b[" in run("derive", "-", "--color=always", text="f = q\n").stderr, "--color always colours messages")

# Completion: what the shells really offer.
wanted = {"gradwright d": {"derive"}, "gradwright ": set(commands), "gradwright derive --js": {"--json"}, "gradwright derive --to ": {"unicode", "latex", "gw"},
          "gradwright train x.gw --ep": {"--epochs"}, "gradwright fmt --ep": set(), "gradwright completion ": {"bash", "zsh", "fish"},
          "gradwright derive examples/que": {"examples/question"}}
for line, offers in wanted.items():
    words = line.split(" ")
    done = shell('source <("$G" completion bash) && complete -p gradwright >/dev/null && '
                 f'COMP_WORDS=({" ".join(w or chr(34) * 2 for w in words)}) COMP_CWORD={len(words) - 1}; _gradwright; printf "%s\\n" "${{COMPREPLY[@]}}"')
    found = {one for one in done.stdout.split("\n") if one}
    expect(done.returncode == 0 and offers <= found and (offers or not found), f"bash offers {offers} after `{line}`, not {found} {done.stderr}")
if shutil.which("fish"):
    for line, offers in wanted.items():
        done = shell(f'gradwright completion fish | source; complete -C "{line}"', "fish")
        found = {one.split("\t")[0].rstrip("/") for one in done.stdout.split("\n") if one}
        expect(offers <= found, f"fish offers {offers} after `{line}`, not {found} {done.stderr}")
if shutil.which("zsh"):
    done = shell('source <("$G" completion zsh) && print ${_comps[gradwright]}', "zsh")
    expect(done.returncode == 0 and "_gradwright" in done.stdout, f"zsh knows the completion: {done}")
# The page of the language: its sheets are read, and what they claim is right.
with open(os.path.join(root, "docs/reference/language.md"), encoding="utf-8") as file:
    sheets = [block.split("\n```")[0] for block in file.read().split("```gw\n")[1:]]
expect(len(sheets) >= 6, "sheets of the page of the language")
for sheet in sheets:
    for verb in ("derive", "check") if "claim" in sheet else ("derive",):
        done = run(verb, "-", text=sheet)
        expect(done.returncode == 0 and "error" not in done.stderr, f"{verb} of a sheet of the page: {sheet}\n{done.stdout}{done.stderr}")

# run: from files to files, and what eval says of the same numbers.
with tempfile.TemporaryDirectory() as scratch:
    numbers = {"x": "1\n2\n", "W2": "1,0\n0,1\n1,1\n", "W3": "1,0,2\n0,1,0\n"}
    given = []
    for name, text in numbers.items():
        with open(os.path.join(scratch, name + ".csv"), "w", encoding="utf-8") as file:
            file.write(text)
        given += ["--input", f"{name}={scratch}/{name}.csv"]
    done = run("run", question, *given, "--output", "z3", "--precision", "float64")
    expect((done.returncode, done.stdout) == (0, "7\n2\n"), f"W3*relu(W2*x) by hand is 7, 2: {done}")
    expect(run("run", question, *given, "--output", f"z2={scratch}/z2.npy").returncode == 0, "an output to a file")
    identity = "x : R[n]\ny = 2*x\n"
    done = run("run", "-", "--input", f"x={scratch}/z2.npy", "--output", "y", text=identity)
    expect((done.returncode, done.stdout) == (0, "2\n4\n6\n"), f"the file reads back, and says how large n is: {done}")
    expect("G0501" in run("run", question, *given[:4], "--output", "z3").stderr, "an input without a value")
    misfit = " ".join(run("run", question, "--input", f"x={scratch}/W2.csv", "--output", "z2").stderr.split())
    expect("G0502" in misfit and "`x` is 3×2, and it is declared 2×1" in misfit, f"an input of another size: {misfit}")
    both = ["--input", f"x={scratch}/W2.csv", "--input", f"y={scratch}/z2.npy"]
    misfit = " ".join(run("run", "-", *both, "--output", "z", text="x : R[m,n]\ny : R[n]\nz = x*y\n").stderr.split())
    expect("`y` is an array of 3, and it is declared n×1, with n = 2" in misfit, f"an input beside one that says the size: {misfit}")
    expect("G0306" in run("run", question, *given, "--output", "q").stderr, "an output that is not there")
print("cli: all as expected")
