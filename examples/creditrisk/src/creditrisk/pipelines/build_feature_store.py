"""Derive the model's columns from the raw applications, and record where they came from."""

from pathlib import Path

from creditrisk import project
from creditrisk.features import FEATURES, IDENTIFIER, TARGET, with_features
from creditrisk.tables import height, read_table, write_table


def main(argv: list[str] | None = None) -> int:
    """Run the stage."""
    options = project.arguments(__doc__).parse_args(argv)
    paths = project.read_yaml(options.config)["paths"]
    raw, store = Path(paths["raw"]), Path(paths["feature_store"])
    table = with_features(read_table(raw))
    write_table(store, {name: table[name] for name in [IDENTIFIER, *FEATURES, TARGET]})
    lineage = {
        "source": {"path": raw.as_posix(), "sha256": project.sha256(raw)},
        "feature_store": {"path": store.as_posix(), "sha256": project.sha256(store), "rows": height(table)},
        "features": FEATURES,
    }
    project.write_json(project.REPORTS / "data_lineage.json", lineage)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
