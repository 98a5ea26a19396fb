"""Compare what a candidate would decide with what the model in production decides."""

from pathlib import Path
from statistics import fmean

from creditrisk import scoring, settings, tables


def main(argv: list[str] | None = None) -> None:
    """Run the stage."""
    parser = settings.parser(__doc__)
    parser.add_argument("--candidate-model", type=Path, required=True)
    parser.add_argument("--dataset", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args(argv)
    config = settings.load(options.config)
    production = Path(config.paths.production_model)
    if not production.exists():
        settings.write_json(options.output, {"status": "skipped", "reason": f"{production} does not exist"})
        return
    rows = tables.read(options.dataset)
    rates = []
    for path in (options.candidate_model, production):
        model = scoring.load(path)
        rates.append(fmean(scoring.probability(model, row) < config.model.threshold for row in rows))
    delta = rates[0] - rates[1]
    failed = abs(delta) > config.canary.max_approval_rate_delta
    report = {"status": "failed" if failed else "passed", "deltas": {"approval_rate_delta": round(delta, 6)}}
    settings.write_json(options.output, report)
    if failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
