"""A logistic regression, small enough to be read."""

import math
from pathlib import Path
from typing import Any

import joblib

from creditrisk.tables import Row


def probability(model: dict[str, Any], row: Row) -> float:
    """Return the probability of default of one application."""
    total = model["intercept"] + sum(weight * row[name] for name, weight in model["weights"].items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def fit(rows: list[Row], columns: list[str], rate: float, iterations: int, l2: float) -> dict[str, Any]:
    """Fit the weights by plain gradient descent."""
    model = {"intercept": 0.0, "weights": dict.fromkeys(columns, 0.0), "columns": columns}
    for _ in range(iterations):
        errors = [probability(model, row) - row["target"] for row in rows]
        model["intercept"] -= rate * sum(errors) / len(rows)
        for name in columns:
            slope = sum(error * row[name] for error, row in zip(errors, rows, strict=True)) / len(rows)
            model["weights"][name] -= rate * (slope + l2 * model["weights"][name])
    model["intercept"] = round(model["intercept"], 8)
    model["weights"] = {name: round(weight, 8) for name, weight in model["weights"].items()}
    return model


def save(model: dict[str, Any], path: Path | str) -> None:
    """Write a model file."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    joblib.dump(model, path)


def load(path: Path | str) -> dict[str, Any]:
    """Read a model file."""
    return joblib.load(path)


def measure(model: dict[str, Any], rows: list[Row], threshold: float) -> dict[str, float]:
    """Return the metrics of a model on a table with outcomes."""
    scored = [(probability(model, row), row["target"]) for row in rows]
    bad = [score for score, target in scored if target]
    good = [score for score, target in scored if not target]
    hits = sum((score >= threshold) == bool(target) for score, target in scored)
    ordered = sum((above > below) + (above == below) / 2 for above in bad for below in good)
    area = ordered / max(1, len(bad) * len(good))
    return {
        "accuracy": round(hits / len(scored), 6),
        "roc_auc": round(area, 6),
        "normalized_gini": round(2 * area - 1, 6),
    }
