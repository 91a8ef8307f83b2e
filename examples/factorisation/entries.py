#!/usr/bin/env python3
"""The entries of a table, one a line: its row one-hot, its column one-hot, its value in units of its column (mean 0, variance 1)."""
import csv
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    table = [[float(cell) for cell in row] for row in list(csv.reader(file))[1:]]
columns = []
for column in zip(*table):
    mean = sum(column) / len(column)
    spread = (sum((v - mean) ** 2 for v in column) / len(column)) ** 0.5
    columns.append([(v - mean) / spread for v in column])
for row in range(len(table)):
    for column, values in enumerate(columns):
        places = [int(i == row) for i in range(len(table))] + [int(j == column) for j in range(len(columns))]
        print(",".join(map(str, places)) + f",{values[row]:.6f}")
