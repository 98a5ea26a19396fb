"""Hold the trained model to the limits of the configuration. The report says `passed` or `failed`, and why."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from creditrisk import project

EVALUATION_FILES = ["calibration.csv", "confusion_matrix.json"]


def checks(config: dict[str, Any], metrics: dict[str, float]) -> Iterator[tuple[str, list[str]]]:
    """Yield each check with the problems it found."""
    paths = config["paths"]
    limits = config["validation"]["minimum"]
    low = {name: least for name, least in limits.items() if metrics[name] < least}
    yield "metric_thresholds", [f"{name} is {metrics[name]}, below {least}" for name, least in low.items()]

    files = [Path(paths["evaluation"]) / name for name in EVALUATION_FILES]
    absent = [file for file in files if not file.exists() or not file.stat().st_size]
    yield "evaluation_artifacts", [f"{file} is missing or empty" for file in absent]

    store = project.read_json(project.REPORTS / "data_lineage.json")["feature_store"]
    same = store["sha256"] == project.sha256(Path(paths["feature_store"]))
    yield "data_lineage", [] if same else ["the feature store is not the one of data_lineage.json"]

    digest = project.read_json(project.REPORTS / "model_digest.json")["sha256"]
    same = digest == project.sha256(Path(paths["model"]))
    yield "model_digest", [] if same else ["the model is not the one of model_digest.json"]


def main(argv: list[str] | None = None) -> int:
    """Run the stage."""
    options = project.arguments(__doc__).parse_args(argv)
    config = project.read_yaml(options.config)
    metrics = project.read_json(project.REPORTS / "metrics.json")
    found = list(checks(config, metrics))
    problems = [problem for _, details in found for problem in details]
    report = {
        "status": "failed" if problems else "passed",
        "checks": [
            {"name": name, "status": "failed" if details else "passed", "details": details} for name, details in found
        ],
        "metrics": metrics,
        "model_sha256": project.sha256(Path(config["paths"]["model"])),
    }
    project.write_json(project.REPORTS / "post_training_validation.json", report)
    print("\n".join([f"validation {report['status']}", *problems]))
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
