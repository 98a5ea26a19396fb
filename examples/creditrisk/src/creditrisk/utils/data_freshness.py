"""Say how old the ingested snapshot is, by the time that ingestion recorded."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from creditrisk import project

# Clocks of two machines may differ; a snapshot from further ahead than this is a mistake, not news.
CLOCK_TOLERANCE_HOURS = 1.0


def assess(summary: Path, limit_hours: float, moment: datetime) -> dict[str, Any]:
    """Return the freshness report; a snapshot of unknown age is stale."""
    snapshot_at, age, reason = None, None, None
    try:
        snapshot_at = project.read_json(summary)["snapshot_at"]
        taken = datetime.fromisoformat(snapshot_at)
        taken = taken if taken.tzinfo else taken.replace(tzinfo=UTC)
        age = round((moment - taken).total_seconds() / 3600, 3)
    except FileNotFoundError:
        reason = f"{summary} does not exist"
    except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        reason = f"{summary} has no readable snapshot_at: {error}"
    if age is not None and age > limit_hours:
        reason = f"the snapshot is {age:.1f} hours old, more than {limit_hours:g}"
    elif age is not None and age < -CLOCK_TOLERANCE_HOURS:
        reason = f"the snapshot lies {-age:.1f} hours in the future"
    return {
        "generated_at": moment.isoformat(timespec="seconds"),
        "ingestion_report": summary.as_posix(),
        "ingestion_report_exists": summary.exists(),
        "snapshot_at": snapshot_at,
        "hours_since_snapshot": age,
        "threshold_hours": limit_hours,
        "stale": reason is not None,
        "status": "stale" if reason else "fresh",
        "reason": reason,
    }


def main(argv: list[str] | None = None) -> int:
    """Run the command."""
    parser = project.arguments(__doc__)
    parser.add_argument("--max-age-hours", type=float, default=24.0)
    parser.add_argument("--fail-on-stale", action="store_true", help="exit with 1 if the data is stale")
    parser.add_argument("--output", type=Path, default=project.REPORTS / "data_freshness.json")
    options = parser.parse_args(argv)
    report = assess(project.REPORTS / "ingestion_summary.json", options.max_age_hours, datetime.now(UTC))
    project.write_json(options.output, report)
    print(f"{report['status']}: {report['reason'] or 'snapshot of ' + report['snapshot_at']}")
    return 1 if report["stale"] and options.fail_on_stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
