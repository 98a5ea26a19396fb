"""Divide the feature store into a training and a test part."""

from creditrisk import settings, tables


def main(argv: list[str] | None = None) -> None:
    """Run the stage."""
    config = settings.load(settings.parser(__doc__).parse_args(argv).config)
    rows = tables.read(config.paths.feature_store)
    border = int(len(rows) * (1 - config.split.test_share))
    tables.write(config.paths.train, rows[:border])
    tables.write(config.paths.test, rows[border:])


if __name__ == "__main__":
    main()
