"""Hold the trained model to the limits of the configuration."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

from creditrisk import settings


def checks(config: SimpleNamespace, metrics: dict[str, float], evaluation: Path) -> Iterator[tuple[str, str]]:
    """Yield each check with what is wrong, which is nothing where it holds."""
    low = [f"{name} below {least}" for name, least in vars(config.validation.minimum).items() if metrics[name] < least]
    yield "metric_thresholds", "; ".join(low)
    yield "evaluation_artifacts", "" if any(evaluation.iterdir()) else f"{evaluation} is empty"
    lineage = Path(config.paths.lineage)
    yield "data_lineage", "" if lineage.exists() else f"Lineage file not found: {lineage}"
    runs = Path(config.tracking.tracking_uri)
    yield "mlflow_alignment", "" if any(runs.glob("*/*/meta.yaml")) else f"{runs} holds no run"


def main(argv: list[str] | None = None) -> None:
    """Run the stage."""
    parser = settings.parser(__doc__)
    parser.add_argument("--metrics-file", type=Path, default=Path("reports/metrics.json"))
    parser.add_argument("--evaluation-dir", type=Path, default=Path("reports/evaluation"))
    options = parser.parse_args(argv)
    config = settings.load(options.config)
    metrics = settings.read_json(options.metrics_file)
    found = list(checks(config, metrics, options.evaluation_dir))
    failed = [details for _, details in found if details]
    settings.write_json(
        config.paths.validation_report,
        {
            "status": "failed" if failed else "passed",
            "timestamp": settings.now(),
            "metrics": metrics,
            "checks": [
                {"name": name, "status": "failed" if details else "passed", "details": details}
                for name, details in found
            ],
        },
    )
    if failed:
        raise RuntimeError("; ".join(failed))


if __name__ == "__main__":
    main()
