"""Copy the table, and note when that was."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from loans import files


def main() -> None:
    """Run the stage."""
    Path("data/processed").mkdir(parents=True, exist_ok=True)
    shutil.copy("data/raw/loans.csv", "data/processed/loans.csv")
    files.report("reports/ingestion_summary.json", {"snapshot_at": datetime.now(UTC).isoformat()})


if __name__ == "__main__":
    main()
