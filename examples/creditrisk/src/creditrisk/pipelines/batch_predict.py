"""Score a CSV file of applications."""

import argparse
from pathlib import Path

import numpy as np

from creditrisk import model
from creditrisk.features import IDENTIFIER
from creditrisk.tables import height, read_table, write_table


def main(argv: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--input-csv", type=Path, required=True)
    parser.add_argument("--output-csv", type=Path, default=Path("predictions.csv"))
    options = parser.parse_args(argv)
    scorer = model.load()
    table = read_table(options.input_csv)
    probability = scorer.probabilities(table)
    write_table(
        options.output_csv,
        {
            IDENTIFIER: table.get(IDENTIFIER, np.arange(1, height(table) + 1)),
            "prediction": (probability >= scorer.threshold).astype(int),
            "probability": probability.round(6),
        },
    )
    print(f"{height(table)} applications scored into {options.output_csv}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
