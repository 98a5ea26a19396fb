"""Tables of numbers: rows that are mappings, kept as CSV under whatever name the configuration gives them."""

import csv
from pathlib import Path

Row = dict[str, float]


def read(path: Path | str) -> list[Row]:
    """Read a table."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def write(path: Path | str, rows: list[Row]) -> None:
    """Write a table, making its folder first."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: round(value, 6) for name, value in row.items()} for row in rows)
