"""Compare recent loans with those the model was trained on."""

import argparse
from pathlib import Path
from statistics import fmean

import yaml

from loans import files


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    limit = yaml.safe_load(Path(parser.parse_args().config).read_text(encoding="utf-8"))["drift_threshold"]
    before, after = files.rows("data/processed/loans.csv"), files.rows("data/raw/recent.csv")
    moved = [
        name
        for name in ("income", "amount")
        if abs(fmean(row[name] for row in after) / fmean(row[name] for row in before) - 1) > limit
    ]
    files.report("reports/drift_report.json", {"share_drifted_columns": len(moved) / 2, "drifted_columns": moved})


if __name__ == "__main__":
    main()
