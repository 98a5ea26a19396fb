"""Collect a snapshot of loan applications, and note when it was taken.

The time stands in the summary, not in a file's date: a checkout or a download renews dates, but not data.
"""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

from creditrisk import project
from creditrisk.synthetic import applications
from creditrisk.tables import height, write_table


def snapshot_time(config: dict[str, Any]) -> str:
    """Return when the snapshot was taken: CREDITRISK_SNAPSHOT_AT, the configured time, or now."""
    given = os.environ.get("CREDITRISK_SNAPSHOT_AT") or config["ingestion"]["snapshot_at"]
    return datetime.fromisoformat(given).isoformat(timespec="seconds") if given else project.now()


def main(argv: list[str] | None = None) -> int:
    """Run the stage."""
    options = project.arguments(__doc__).parse_args(argv)
    config = project.read_yaml(options.config)
    params = project.read_yaml(project.PARAMS)["ingest"]
    raw = Path(config["paths"]["raw"])
    table = applications(params["rows"], params["seed"])
    write_table(raw, table)
    summary = {
        "snapshot_at": snapshot_time(config),
        "artifacts": [{"path": raw.as_posix(), "rows": height(table), "sha256": project.sha256(raw)}],
    }
    project.write_json(project.REPORTS / "ingestion_summary.json", summary)
    print(f"{height(table)} applications, snapshot of {summary['snapshot_at']}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
