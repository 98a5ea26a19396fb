"""Sum the claims, with interest."""

import argparse
import csv
import json
from pathlib import Path

import yaml

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--config", type=Path, required=True)
parser.add_argument("--claims", type=Path, required=True)
options = parser.parse_args()

rate = yaml.safe_load(options.config.read_text(encoding="utf-8"))["rate"]
with options.claims.open(encoding="utf-8", newline="") as file:
    total = sum(float(row["amount"]) for row in csv.DictReader(file))
Path("out").mkdir(exist_ok=True)
Path("out/reserve.json").write_text(json.dumps({"reserve": total * (1 + rate)}) + "\n", encoding="utf-8")
