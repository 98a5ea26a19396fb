"""Join the raw tables into one of features, and write down where it came from."""

import hashlib
from pathlib import Path

from creditrisk import settings, tables


def main(argv: list[str] | None = None) -> None:
    """Run the stage."""
    config = settings.load(settings.parser(__doc__).parse_args(argv).config)
    summary = settings.read_json(config.paths.ingestion_summary)
    raw = {artifact["name"]: tables.read(artifact["path"]) for artifact in summary["artifacts"]}
    rows = raw.pop("application_train")
    for position, row in enumerate(rows):
        row["bureau_count"] = float(sum(table[position]["count"] for table in raw.values())) / 10
        row["late_payments"] = float(sum(table[position]["late"] for table in raw.values()))
    store = Path(config.paths.feature_store)
    tables.write(store, rows)
    digest = hashlib.sha256(store.read_bytes()).hexdigest()
    settings.write_json(
        config.paths.lineage,
        {"generated_at": settings.now(), "sources": summary["artifacts"], "feature_store_sha256": digest},
    )


if __name__ == "__main__":
    main()
