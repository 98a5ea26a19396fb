"""Evaluate the model on one part of the data."""

from pathlib import Path

from creditrisk import scoring, settings, tables


def main(argv: list[str] | None = None) -> None:
    """Run the stage."""
    parser = settings.parser(__doc__)
    parser.add_argument("--split", choices=["train", "test"], default="test")
    parser.add_argument("--metrics-file", type=Path, default=Path("reports/metrics.json"))
    parser.add_argument("--predictions-file", type=Path)
    parser.add_argument("--evaluation-dir", type=Path, default=Path("reports/evaluation"))
    parser.add_argument("--skip-predictions", action="store_true")
    options = parser.parse_args(argv)
    config = settings.load(options.config)
    model = scoring.load(config.paths.model)
    rows = tables.read(getattr(config.paths, options.split))
    settings.write_json(options.metrics_file, scoring.measure(model, rows, config.model.threshold))
    scores = [scoring.probability(model, row) for row in rows]
    bands = [sum(band / 10 <= score < (band + 1) / 10 for score in scores) for band in range(10)]
    settings.write_json(options.evaluation_dir / "score_bands.json", {"rows": len(rows), "bands": bands})
    if options.predictions_file and not options.skip_predictions:
        tables.write(options.predictions_file, [{"probability": score} for score in scores])


if __name__ == "__main__":
    main()
