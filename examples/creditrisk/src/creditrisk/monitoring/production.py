"""Compare what the model sees in production with what it was trained on, and say whether to retrain.

The reports are written before anything is published: a failing publication loses no measurement.
"""

import os
import sys
from pathlib import Path
from typing import Any

from creditrisk import project
from creditrisk.features import with_features
from creditrisk.monitoring.drift import compare, page
from creditrisk.tables import read_table


def publish(names: dict[str, str], summary: dict[str, Any]) -> bool:
    """Send the drift share to CloudWatch; return whether all is well, which it is without credentials too.

    Credentials, region and AWS_ENDPOINT_URL are found the way every AWS tool finds them.
    """
    # Slow to import, and only publishing needs it.
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.session import get_session

    session = get_session()
    try:
        if session.get_credentials() is None:
            print("warning: no AWS credentials: the drift metrics are not published", file=sys.stderr)
            return True
        metric = names["metric"]
        session.create_client("cloudwatch").put_metric_data(
            Namespace=names["namespace"],
            MetricData=[
                {"MetricName": metric, "Unit": "Percent", "Value": 100 * summary["share_drifted_columns"]},
                {"MetricName": f"{metric}_flag", "Unit": "Count", "Value": int(summary["dataset_drift"])},
            ],
        )
    except (BotoCoreError, ClientError) as error:
        print(f"error: the drift metrics are not published: {error}", file=sys.stderr)
        return False
    print(f"published {names['metric']} to CloudWatch namespace {names['namespace']}")
    return True


def main(argv: list[str] | None = None) -> int:
    """Run the command."""
    parser = project.arguments(__doc__)
    parser.add_argument("--reference", type=Path, help="training part (from the configuration)")
    parser.add_argument("--current", type=Path, help="production data (CREDITRISK_PRODUCTION_PATH, the configuration)")
    parser.add_argument("--publish-metrics", action="store_true", help="send the drift share to CloudWatch")
    options = parser.parse_args(argv)
    config = project.read_yaml(options.config)
    paths, monitoring = config["paths"], config["monitoring"]
    reference = options.reference or Path(paths["train"])
    current = options.current or Path(os.environ.get("CREDITRISK_PRODUCTION_PATH") or paths["production"])
    for path in (reference, current):
        if not path.exists():
            print(f"error: {path} does not exist", file=sys.stderr)
            return 1

    report = compare(read_table(reference), with_features(read_table(current)), monitoring)
    summary = report["summary"]
    share, triggered = summary["share_drifted_columns"], summary["dataset_drift"]
    inputs = {"generated_at": project.now(), "reference_path": reference.as_posix(), "current_path": current.as_posix()}
    project.write_json(project.REPORTS / "production_drift_report.json", inputs | report)
    project.write_text(project.REPORTS / "production_drift_report.html", page("Production against training", report))
    project.write_json(project.REPORTS / "drift_metrics.json", inputs | {"summary": summary})
    project.write_json(
        project.REPORTS / "retrain_trigger.json",
        {
            "generated_at": inputs["generated_at"],
            "triggered": triggered,
            "reason": "dataset_drift" if triggered else "threshold_not_met",
            "share_drifted_columns": share,
            "threshold": monitoring["retrain_drift_threshold"],
            "command": monitoring["retrain_command"] if triggered else None,
        },
    )
    print(f"{share:.0%} of the columns drifted: {'retrain' if triggered else 'no retraining needed'}")
    if options.publish_metrics and not publish(monitoring["cloudwatch"], summary):
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
