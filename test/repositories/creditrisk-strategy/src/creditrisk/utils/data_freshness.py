"""Say how old the ingested data is."""

import time
from pathlib import Path

from creditrisk import settings


def main(argv: list[str] | None = None) -> None:
    """Run the command."""
    parser = settings.parser(__doc__)
    parser.add_argument("--max-age-hours", type=float, default=24)
    parser.add_argument("--output", type=Path, default=Path("reports/data_freshness.json"))
    parser.add_argument("--fail-on-stale", action="store_true")
    options = parser.parse_args(argv)
    summary = Path(settings.load(options.config).paths.ingestion_summary)
    exists = summary.exists()
    hours = (time.time() - summary.stat().st_mtime) / 3600 if exists else None
    artifacts = settings.read_json(summary)["artifacts"] if exists else []
    failing = [artifact["name"] for artifact in artifacts if artifact["status"] in {"missing", "failed"}]
    stale = hours is None or hours > options.max_age_hours or bool(failing)
    settings.write_json(
        options.output,
        {
            "generated_at": settings.now(),
            "threshold_hours": options.max_age_hours,
            "ingestion_report": summary.as_posix(),
            "ingestion_report_exists": exists,
            "failing_artifacts": failing,
            "hours_since_ingestion": hours,
            "stale": stale,
            "status": "stale" if stale else "fresh",
        },
    )
    if stale and options.fail_on_stale:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
