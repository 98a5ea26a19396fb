"""The commands of the project."""

import csv
import json
from pathlib import Path

import click


@click.group()
def main() -> None:
    """Which customers fall into arrears."""


def accuracy(table: Path, limit: float) -> float:
    """Return the share of accounts that a limit judges right."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = [(float(row["days"]), int(row["arrears"])) for row in csv.DictReader(file)]
    return sum((days > limit) == bool(arrears) for days, arrears in rows) / len(rows)


@main.command()
@click.argument("table", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), required=True)
def fit(table: Path, output: Path) -> None:
    """Find the limit."""
    output.parent.mkdir(parents=True, exist_ok=True)
    best = max(range(60), key=lambda limit: accuracy(table, limit))
    output.write_text(json.dumps({"limit": best}) + "\n", encoding="utf-8")


@main.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.option("--least", type=float, default=0.7)
def validate(model: Path, least: float) -> None:
    """Hold the limit to an accuracy."""
    reached = accuracy(Path("data/raw/accounts.csv"), json.loads(model.read_text(encoding="utf-8"))["limit"])
    status = "passed" if reached >= least else "failed"
    Path("reports").mkdir(exist_ok=True)
    Path("reports/metrics.json").write_text(json.dumps({"accuracy": reached}) + "\n", encoding="utf-8")
    report = json.dumps({"status": status})
    Path("reports/post_training_validation.json").write_text(report + "\n", encoding="utf-8")
    if status == "failed":
        raise SystemExit(1)


if __name__ == "__main__":
    main()
