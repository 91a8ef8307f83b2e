#!/usr/bin/env python3
"""Training on 1, 2, 3 and 4 processes: the same parameters bit for bit; faults and deaths of a rank end the job."""
import json
import math
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

os.environ["COLUMNS"] = "1000"  # a sentence in one line
program = os.path.abspath(os.environ["GRADWRIGHT"])
root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
digits = os.path.join(root, "examples/digits/digits.csv.gz")
sheet = os.path.join(root, "examples/digits/digits.gw")
environment = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "PRTE_MCA_rmaps_default_mapping_policy": ":oversubscribe",
               "OMPI_MCA_btl_vader_single_copy_mechanism": "none", "NO_COLOR": "1"}
# MPI keeps memory until the process ends.
environment["ASAN_OPTIONS"] = ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "detect_leaks=0"]))
# Two hidden layers of 256: gradients leave in several groups, while the rest is computed.
wide = """x : R[64]
y : R[10] prob
param W1 : R[256,64] ~ he
param b1 : R[256]
param W2 : R[256,256] ~ he
param W3 : R[10,256] ~ glorot
p = softmax(W3*relu(W2*relu(W1*x + b1)))
L = -sum(y .* log(p))
minimize L
"""
# The inverse has no batched form: a piece goes sample by sample.
unbatched = """x : R[64]
y : R[10]
param W : R[10,64] ~ glorot
e = W*x - y
L = 1/2*sum(e .* e)*det(eye(2)*(1 + 1/64*x'*x))
minimize L
"""
# Trained in no time.
small_sheet = """x : R[3]
y : R[2]
param W : R[4,3] ~ he
param V : R[2,4] ~ glorot
L = sum((V*tanh(W*x) - y)^2)
minimize L
"""


def expect(condition, what):
    if not condition:
        sys.exit(f"not so: {what}")


def job(ranks, arguments, extra=None, script=None):
    command = [program, *arguments] if script is None else ["bash", "-c", script, program, *arguments]
    return ["mpirun", "--oversubscribe", "--bind-to", "none", "-n", str(ranks), *command], {**environment, **(extra or {})}


def run(ranks, *arguments, extra=None, script=None):
    command, env = job(ranks, arguments, extra, script)
    return subprocess.run(command, env=env, cwd=root, text=True, capture_output=True, timeout=300, check=False)


def parameters(done, path, what):
    """The file of parameters that a training has saved."""
    expect(done.returncode == 0, f"{what} ends well: {done.returncode} {done.stderr[-2000:]}")
    expect(len(re.findall(r"^trained on ", done.stdout, re.MULTILINE)) == 1, f"{what}: one rank speaks: {done.stdout}")
    with open(path, "rb") as stored:
        content = stored.read()
    os.remove(path)
    expect(len(content) > 200, f"{what}: parameters are saved")
    return content


def epoch_of(checkpoint):
    """In which the training stands, by the definition of the format."""
    with open(checkpoint, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        return int(json.loads(file.read(length))["__metadata__"]["epoch"])


def losses(done):
    """Of the epochs, to five decimals."""
    found = re.findall(r"^epoch .*?loss (\S+)", done.stdout, re.MULTILINE)
    expect(found, f"epochs are told: {done}")
    return found


memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # a disk waits at each checkpoint
with tempfile.TemporaryDirectory(dir=memory) as scratch:
    def written(name, text):
        path = os.path.join(scratch, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    # The same bits. 1438 training samples: the last step of an epoch is shorter, and has fewer samples than pieces where a step has 719.
    cases = [("digits", sheet, ["--epochs", "2", "--batch", "50"]), ("7 pieces", sheet, ["--epochs", "2", "--batch", "45", "--pieces", "7"]),
             ("short last step", sheet, ["--epochs", "2", "--batch", "479", "--pieces", "5"]),
             ("wide", written("wide.gw", wide), ["--epochs", "1", "--batch", "64", "--optimizer", "adam"]),
             ("streamed", sheet, ["--epochs", "1", "--batch", "50", "--stream", "--window", "1"]),  # in float64 by blocks
             ("unbatched", written("unbatched.gw", unbatched), ["--epochs", "1", "--batch", "60", "--rate", "0.0001"])]
    for name, file, options in cases:
        for precision in ("float32", "float64"):
            path = os.path.join(scratch, "saved.safetensors")
            common = ["train", file, "--data", digits, "--precision", precision, "--save", path, *options]
            pieces = [] if "--pieces" in options else ["--pieces", "8"]

            def solo(*more, common=common):
                return subprocess.run([program, *common, *more], env=environment, cwd=root, text=True, capture_output=True, timeout=300, check=False)

            alone = solo(*pieces)
            wanted = parameters(alone, path, f"{name}, alone")
            if "--pieces" not in options and precision == "float64":
                whole = solo()
                expect(losses(whole) == losses(alone), f"{name}: pieces add up to the whole step: {whole.stdout}{alone.stdout}")
            for ranks in (1, 2, 3, 4):
                got = parameters(run(ranks, *common, *pieces), path, f"{name}, {ranks} ranks")
                expect(got == wanted, f"{name}, {precision}: {ranks} ranks give the bits of one")
            other = solo(*pieces, "--seed", "2")
            expect(parameters(other, path, name) != wanted, "another seed gives other parameters")

    train = ["train", sheet, "--data", digits]
    # Faults: of all, of one, and processes that would compute other things.
    done = run(3, "train", sheet, "--data", "/nonexistent.csv")
    expect(done.returncode == 3 and done.stderr.count("G0505") == 1, f"a fault of all is told once: {done}")
    done = run(3, *train, script='[ "$OMPI_COMM_WORLD_RANK" = 1 ] && exec "$0" train "$2" --data /nonexistent.csv; exec "$0" "$@"')
    expect(done.returncode == 3 and "rank 1: error[G0505]" in done.stderr, f"a fault of one rank ends the job: {done}")
    done = run(2, *train, script='exec "$0" "$@" --seed "$OMPI_COMM_WORLD_RANK"')
    expect(done.returncode == 2 and done.stderr.count("error[G0532]") == 1, f"ranks with other options are refused: {done}")
    done = run(2, *train, "--precision", "float64", script='[ "$OMPI_COMM_WORLD_RANK" = 1 ] && exec "$0" "$@" --stream --window 1; exec "$0" "$@"')
    expect(done.returncode == 2 and done.stderr.count("error[G0532]") == 1, f"ranks that stream beside ranks that do not are refused: {done}")
    done = run(3, *train, "--pieces", "2")
    expect(done.returncode == 2 and done.stderr.count("error[G0531]") == 1, f"more ranks than pieces are refused: {done}")
    done = run(2, *train, extra={"GRADWRIGHT_MPI": "/nowhere"})
    expect(done.returncode == 3 and "error[G0530]" in done.stderr, f"without the module a job is refused: {done}")
    alone = subprocess.run([program, *train, "--epochs", "1"], env={**environment, "GRADWRIGHT_MPI": "/nowhere"}, cwd=root, capture_output=True, timeout=300, check=False)
    expect(alone.returncode == 0, "a process that runs alone does not ask for the module")

    # A rank that is killed ends the job, a signal to any rank is heard by all; the checkpoint goes on on any number of ranks to the same bits.
    small = written("small.gw", small_sheet)
    for name, width in (("x.csv", 3), ("y.csv", 2)):
        written(name, "".join(",".join(str(math.sin(7 * i + i * k % 13)) for k in range(width)) + "\n" for i in range(80)))
    train = ["train", small, "--data", os.path.join(scratch, "x.csv") + "," + os.path.join(scratch, "y.csv"), "--batch", "8", "--pieces", "8"]
    for number, victim, on in ((signal.SIGKILL, 0, (1, 2, 3, 4)), (signal.SIGKILL, 2, (2,)), (signal.SIGTERM, 2, (4,)), (signal.SIGINT, 0, (1,))):
        what = f"{number.name} to rank {victim}"
        place = os.path.join(scratch, f"{number}.{victim}")
        os.mkdir(place)
        checkpoint = os.path.join(place, "c")
        every = "1 step" if number == signal.SIGKILL else "1000000 epochs"
        command, env = job(3, [*train, "--epochs", "1000000", "--checkpoint", checkpoint, "--checkpoint-every", every],
                           script=f'echo $$ > {place}/$OMPI_COMM_WORLD_RANK; exec "$0" "$@"')
        with subprocess.Popen(command, env=env, cwd=root, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            for line in process.stdout:
                if line.startswith("epoch   2/"):
                    break
            with open(os.path.join(place, str(victim)), encoding="utf-8") as file:
                os.kill(int(file.read()), number)
            began = time.monotonic()
            try:
                out, err = process.communicate(timeout=120)
            except subprocess.TimeoutExpired:
                process.kill()
                expect(False, f"{what}: the job ends")
        print(f"{what}: the job ended with {process.returncode} after {time.monotonic() - began:.1f} s")
        if number == signal.SIGKILL:
            expect(process.returncode != 0 and "signal 9" in err, f"{what} is an error: {process.returncode} {err}")
        else:
            expect(process.returncode == 128 + number, f"{what}: the exit code is that of one process: {process.returncode} {err}")
            expect(out.endswith(f"left by {number.name}: `--resume` goes on from `{checkpoint}`\n"), f"{what}: it says so: {out[-200:]}")
        more = epoch_of(checkpoint) + 1
        expect(more > 2, f"{what}: the checkpoint is that of the moment")
        path = os.path.join(place, "saved")
        end = ["--epochs", str(more), "--save", path]
        wanted = parameters(run(1, *train, *end), path, f"{what}, uninterrupted")
        for ranks in on:
            resumed = os.path.join(place, f"c{ranks}")
            shutil.copy(checkpoint, resumed)
            done = run(ranks, *train, *end, "--checkpoint", resumed, "--resume")
            expect("goes on" in done.stdout, f"{what}: it goes on: {done}")
            expect(parameters(done, path, f"{what}, {ranks} ranks") == wanted, f"{what}: {ranks} ranks go on to the same bits")
print("ranks: all as expected")
