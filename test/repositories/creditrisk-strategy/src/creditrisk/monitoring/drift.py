"""Compare two samples column by column."""

from pathlib import Path

from creditrisk import settings, tables


def distance(reference: list[float], current: list[float]) -> float:
    """Return how far two distributions are apart, from 0 to 1."""

    def share(sample: list[float], point: float) -> float:
        return sum(value <= point for value in sample) / len(sample)

    return max(abs(share(reference, point) - share(current, point)) for point in {*reference, *current})


def compare(reference: list[tables.Row], current: list[tables.Row], columns: list[str], limit: float) -> dict:
    """Return the summary of a comparison."""
    distances = {name: distance([r[name] for r in reference], [r[name] for r in current]) for name in columns}
    drifted = sorted(name for name, value in distances.items() if value >= limit)
    share = round(len(drifted) / len(columns), 6)
    return {"dataset_drift": share >= 0.5, "share_drifted_columns": share, "drifted_columns": drifted}


def write_page(path: Path, title: str, summary: dict) -> None:
    """Write the summary for people."""
    share = f"{summary['share_drifted_columns']:.0%}"
    path.write_text(f"<!doctype html>\n<title>{title}</title>\n<p>{share} of the columns drifted.</p>\n")


def main(argv: list[str] | None = None) -> None:
    """Run the stage."""
    config = settings.load(settings.parser(__doc__).parse_args(argv).config)
    summary = compare(
        tables.read(config.paths.train),
        tables.read(config.paths.test),
        config.features.selected_columns,
        config.monitoring.column_distance,
    )
    settings.write_json("reports/drift_report.json", {"summary": summary})
    write_page(Path("reports/drift_report.html"), "Test part against training part", summary)


if __name__ == "__main__":
    main()
