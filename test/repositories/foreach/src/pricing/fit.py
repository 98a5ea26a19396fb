"""Fit the price of one unit in a region."""

import argparse
import csv
import json
from pathlib import Path


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("--floor", type=float, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    with options.table.open(encoding="utf-8", newline="") as file:
        rows = [(float(row["amount"]), float(row["price"])) for row in csv.DictReader(file)]
    unit = max(options.floor, sum(price for _, price in rows) / sum(amount for amount, _ in rows))
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps({"unit": unit}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
