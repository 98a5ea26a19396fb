"""Tables: named columns of numbers, kept as CSV."""

import csv
from pathlib import Path

import numpy as np

Table = dict[str, np.ndarray]


def read_table(path: Path) -> Table:
    """Read a CSV file of numbers with a header line."""
    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
        rows = np.loadtxt(file, delimiter=",", ndmin=2)
    if rows.size == 0:
        raise ValueError(f"{path} has no rows")
    return dict(zip(header, rows.T, strict=True))


def write_table(path: Path, table: Table) -> None:
    """Write a CSV file; a number that is whole is written without a point."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table)
        writer.writerows([f"{value:.10g}" for value in row] for row in zip(*table.values(), strict=True))


def height(table: Table) -> int:
    """Return how many rows a table has."""
    return len(next(iter(table.values())))


def take(table: Table, rows: np.ndarray) -> Table:
    """Return the given rows of a table."""
    return {name: column[rows] for name, column in table.items()}
