"""Fit the model, and evaluate it on the test part."""

from pathlib import Path

import numpy as np
from sklearn import metrics

from creditrisk import model, project
from creditrisk.features import TARGET
from creditrisk.tables import read_table, write_table


def measure(target: np.ndarray, probability: np.ndarray, threshold: float) -> dict[str, float]:
    """Return the metrics, rounded so that they are the same on every machine."""
    decision = probability >= threshold
    area = metrics.roc_auc_score(target, probability)
    values = {
        "accuracy": metrics.accuracy_score(target, decision),
        "precision": metrics.precision_score(target, decision),
        "recall": metrics.recall_score(target, decision),
        "f1": metrics.f1_score(target, decision),
        "roc_auc": area,
        "normalized_gini": 2 * area - 1,
    }
    return {name: round(float(value), 6) for name, value in values.items()}


def calibration(target: np.ndarray, probability: np.ndarray, bins: int = 10) -> dict[str, np.ndarray]:
    """Return predicted and observed default rates, from the safest tenth of applications to the riskiest."""
    groups = np.array_split(np.argsort(probability, kind="stable"), bins)
    return {
        "group": np.arange(1, bins + 1),
        "predicted": np.array([probability[group].mean() for group in groups]).round(6),
        "observed": np.array([target[group].mean() for group in groups]).round(6),
    }


def main(argv: list[str] | None = None) -> int:
    """Run the stage."""
    options = project.arguments(__doc__).parse_args(argv)
    paths = project.read_yaml(options.config)["paths"]
    params = project.read_yaml(project.PARAMS)["train"]
    train, test = read_table(Path(paths["train"])), read_table(Path(paths["test"]))

    fitted = model.fit(train, train[TARGET], strength=params["c"], threshold=params["threshold"])
    model.save(fitted, Path(paths["model"]))

    probability = fitted.probabilities(test)
    values = measure(test[TARGET], probability, params["threshold"])
    project.write_json(project.REPORTS / "metrics.json", values)
    evaluation = Path(paths["evaluation"])
    names = ["true_negative", "false_positive", "false_negative", "true_positive"]
    counts = metrics.confusion_matrix(test[TARGET], probability >= params["threshold"]).ravel().tolist()
    project.write_json(evaluation / "confusion_matrix.json", dict(zip(names, counts, strict=True)))
    write_table(evaluation / "calibration.csv", calibration(test[TARGET], probability))
    print(", ".join(f"{name} {value:.3f}" for name, value in values.items()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
