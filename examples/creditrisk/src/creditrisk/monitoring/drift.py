"""Compare the columns of two samples. As a command: the test part with the training part."""

from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from creditrisk import project
from creditrisk.features import FEATURES
from creditrisk.tables import Table, read_table


def distance(reference: np.ndarray, current: np.ndarray) -> float:
    """Return the Kolmogorov-Smirnov distance: how far the two distributions are apart, from 0 to 1.

    The distance itself is compared, not its p-value: with enough rows every difference is significant.
    """
    points = np.concatenate([reference, current])
    shares = [np.searchsorted(np.sort(sample), points, side="right") / len(sample) for sample in (reference, current)]
    return float(np.abs(shares[0] - shares[1]).max())


def compare(reference: Table, current: Table, limits: dict[str, Any]) -> dict[str, Any]:
    """Return the drift report. `metrics` has the shape of Evidently's, for tools that read that."""
    distances = {name: round(distance(reference[name], current[name]), 6) for name in FEATURES}
    drifted = [name for name, value in distances.items() if value >= limits["column_distance"]]
    share = round(len(drifted) / len(FEATURES), 6)
    dataset_drift = share >= limits["retrain_drift_threshold"]
    return {
        "metrics": [
            {
                "metric": "DatasetDriftMetric",
                "result": {
                    "dataset_drift": dataset_drift,
                    "drift_share": limits["retrain_drift_threshold"],
                    "number_of_columns": len(FEATURES),
                    "number_of_drifted_columns": len(drifted),
                    "share_of_drifted_columns": share,
                },
            },
        ],
        "summary": {"dataset_drift": dataset_drift, "share_drifted_columns": share, "drifted_columns": drifted},
        "columns": {name: {"distance": value, "drifted": name in drifted} for name, value in distances.items()},
    }


def page(title: str, report: dict[str, Any]) -> str:
    """Return the report as a small HTML page."""
    rows = "\n".join(
        f"<tr><td>{escape(name)}</td><td>{column['distance']:.3f}</td><td>{'drifted' if column['drifted'] else ''}</td></tr>"
        for name, column in report["columns"].items()
    )
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f"<h1>{escape(title)}</h1>\n<p>{report['summary']['share_drifted_columns']:.0%} of the columns drifted.</p>\n"
        f"<table>\n<tr><th>column</th><th>distance</th><th></th></tr>\n{rows}\n</table>\n</html>\n"
    )


def main(argv: list[str] | None = None) -> int:
    """Run the stage."""
    options = project.arguments(__doc__).parse_args(argv)
    config = project.read_yaml(options.config)
    train, test = (read_table(Path(config["paths"][part])) for part in ("train", "test"))
    report = compare(train, test, config["monitoring"])
    project.write_json(project.REPORTS / "drift_report.json", report)
    project.write_text(project.REPORTS / "drift_report.html", page("Test part against training part", report))
    print(f"{report['summary']['share_drifted_columns']:.0%} of the columns drifted")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
