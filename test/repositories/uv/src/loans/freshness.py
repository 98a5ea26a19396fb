"""Say how old the snapshot is, by the time that was noted when it was taken."""

import argparse
import sys
from datetime import UTC, datetime

from loans import files


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--max-age-hours", type=float, default=24)
    parser.add_argument("--fail-on-stale", action="store_true")
    options = parser.parse_args()
    taken = datetime.fromisoformat(files.read("reports/ingestion_summary.json")["snapshot_at"])
    hours = (datetime.now(UTC) - taken).total_seconds() / 3600
    stale = hours > options.max_age_hours
    files.report("reports/data_freshness.json", {"status": "stale" if stale else "fresh", "hours": hours})
    return 1 if stale and options.fail_on_stale else 0


if __name__ == "__main__":
    sys.exit(main())
