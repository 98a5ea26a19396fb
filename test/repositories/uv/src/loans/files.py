"""Tables and reports."""

import csv
import json
from pathlib import Path


def rows(path: str) -> list[dict[str, float]]:
    """Read a table."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def report(path: str, value: dict) -> None:
    """Write a report."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def read(path: str) -> dict:
    """Read a report."""
    return json.loads(Path(path).read_text(encoding="utf-8"))
