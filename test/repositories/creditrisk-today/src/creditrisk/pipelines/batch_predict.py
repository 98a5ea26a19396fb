"""Score a file of applications."""

from pathlib import Path

from creditrisk import scoring, settings, tables


def main(argv: list[str] | None = None) -> None:
    """Run the command."""
    parser = settings.parser(__doc__)
    parser.add_argument("--input-csv", type=Path, required=True)
    parser.add_argument("--output-csv", type=Path, default=Path("predictions.csv"))
    options = parser.parse_args(argv)
    model = scoring.load(settings.load(options.config).paths.model)
    rows = tables.read(options.input_csv)
    tables.write(options.output_csv, [row | {"probability": scoring.probability(model, row)} for row in rows])


if __name__ == "__main__":
    main()
