"""Measure the model on the test part."""

from creditrisk import scoring, settings, tables


def main(argv: list[str] | None = None) -> None:
    """Run the stage."""
    config = settings.load(settings.parser(__doc__).parse_args(argv).config)
    model = scoring.load(config.paths.model)
    rows = tables.read(config.paths.test)
    settings.write_json("reports/test_metrics.json", scoring.measure(model, rows, config.model.threshold))


if __name__ == "__main__":
    main()
