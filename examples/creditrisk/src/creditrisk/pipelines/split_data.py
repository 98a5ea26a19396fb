"""Divide the feature store into a training and a test part."""

from pathlib import Path

import numpy as np

from creditrisk import project
from creditrisk.tables import height, read_table, take, write_table


def main(argv: list[str] | None = None) -> int:
    """Run the stage."""
    options = project.arguments(__doc__).parse_args(argv)
    paths = project.read_yaml(options.config)["paths"]
    params = project.read_yaml(project.PARAMS)["split"]
    table = read_table(Path(paths["feature_store"]))
    order = np.random.default_rng(params["seed"]).permutation(height(table))
    tests = round(params["test_share"] * height(table))
    write_table(Path(paths["test"]), take(table, order[:tests]))
    write_table(Path(paths["train"]), take(table, order[tests:]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
