#!/usr/bin/env python3
"""Windows of characters, one-hot, and the character that follows each: windows.py TEXT LENGTH writes windows.npy and next.npy.

Says what guessing by the frequencies of characters costs, and by the character before: the losses that a network has to beat.
"""
import collections
import math
import re
import struct
import sys

ALPHABET = " abcdefghijklmnopqrstuvwxyz."


def npy(path, shape, data):
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data)


def entropy(counts):
    total = sum(counts.values())
    return -sum(n * math.log(n / total) for n in counts.values()) / total


path, length = sys.argv[1], int(sys.argv[2])
with open(path, encoding="utf-8") as file:
    text = re.sub(r" +", " ", re.sub(r"[^a-z.]", " ", file.read().lower()))
codes = [ALPHABET.index(c) for c in text]
count, size = len(codes) - length, len(ALPHABET)
one_hot = bytearray(count * length * size)
for i in range(count):
    for t in range(length):
        one_hot[(i * length + t) * size + codes[i + t]] = 1
npy("windows.npy", (count, length, size), bytes(one_hot))
npy("next.npy", (count,), bytes(codes[length:]))
single = entropy(collections.Counter(text))
pairs = entropy(collections.Counter(zip(text, text[1:])))
print(f"{count} windows of {length} characters; nats a character: {single:.3f} by frequency, {pairs - single:.3f} by the character before")
