"""Compare production data with the training data, and decide whether to train again."""

import logging
import shlex
import subprocess  # nosec B404
from pathlib import Path
from types import SimpleNamespace

from creditrisk import settings, tables
from creditrisk.monitoring.drift import compare, write_page

log = logging.getLogger(__name__)


def publish(namespace: str, summary: dict) -> None:
    """Send the drift to CloudWatch; a failure is only logged."""
    try:
        import boto3

        boto3.client("cloudwatch").put_metric_data(
            Namespace=namespace,
            MetricData=[
                {"MetricName": "CreditRiskPD", "Unit": "Percent", "Value": 100 * summary["share_drifted_columns"]},
                {"MetricName": "CreditRiskPD_flag", "Unit": "Count", "Value": int(summary["dataset_drift"])},
            ],
        )
    except Exception:
        log.exception("The metrics are not published.")


def retrain(config: SimpleNamespace, summary: dict, forced: bool) -> dict:
    """Train again if that is wanted, and say what was decided."""
    monitoring = config.monitoring
    drifted = summary["share_drifted_columns"] >= monitoring.retrain_drift_threshold
    triggered = forced or (monitoring.auto_retrain and drifted)
    if triggered:
        subprocess.run(shlex.split(monitoring.retrain_command), check=True)  # nosec B603
    return {
        "generated_at": settings.now(),
        "triggered": triggered,
        "reason": "manual_override" if forced else "dataset_drift" if triggered else "threshold_not_met",
        "share_drifted_columns": summary["share_drifted_columns"],
        "command": monitoring.retrain_command if triggered else None,
    }


def main(argv: list[str] | None = None) -> None:
    """Run the command."""
    parser = settings.parser(__doc__)
    parser.add_argument("--reference", type=Path)
    parser.add_argument("--current", type=Path)
    parser.add_argument("--publish-metrics", action="store_true")
    parser.add_argument("--auto-retrain", action="store_true")
    options = parser.parse_args(argv)
    config = settings.load(options.config)
    reference = options.reference or Path(config.paths.train)
    current = options.current or Path(config.monitoring.current_path)
    summary = compare(
        tables.read(reference),
        tables.read(current),
        config.features.selected_columns,
        config.monitoring.column_distance,
    )
    inputs = {"generated_at": settings.now(), "reference_path": str(reference), "current_path": str(current)}
    settings.write_json("reports/production_drift_report.json", inputs | {"summary": summary})
    write_page(Path("reports/production_drift_report.html"), "Production against training", summary)
    settings.write_json("reports/drift_metrics.json", inputs | {"summary": summary})
    if options.publish_metrics or config.monitoring.cloudwatch_namespace:
        publish(config.monitoring.cloudwatch_namespace, summary)
    settings.write_json("reports/retrain_trigger.json", retrain(config, summary, options.auto_retrain))


if __name__ == "__main__":
    main()
