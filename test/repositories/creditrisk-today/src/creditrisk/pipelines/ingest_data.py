"""Fetch the raw tables. The competition's server is played by a random generator with a seed."""

import hashlib
import random
from pathlib import Path

from creditrisk import settings, tables

NAMES = [
    "POS_CASH_balance",
    "application_train",
    "bureau",
    "bureau_balance",
    "credit_card_balance",
    "installments_payments",
    "previous_application",
]


def application(source: random.Random, number: int) -> tables.Row:
    """Make one application with its outcome."""
    ext_source, income, credit = source.random(), source.random(), source.random()
    risk = 2.5 * credit - 2.0 * income - 4.0 * ext_source + 1.6 + source.gauss(0, 0.6)
    row = {"SK_ID_CURR": 100000 + number, "income": income, "credit": credit, "annuity": credit / 5}
    return row | {"ext_source": ext_source, "target": float(risk > 0)}


def history(source: random.Random, number: int, target: float) -> tables.Row:
    """Make one line of an applicant's history."""
    return {"SK_ID_CURR": 100000 + number, "count": source.randrange(4), "late": float(source.random() < target / 2)}


def main(argv: list[str] | None = None) -> None:
    """Run the stage."""
    config = settings.load(settings.parser(__doc__).parse_args(argv).config)
    source = random.Random(config.data.seed)  # nosec B311
    applications = [application(source, number) for number in range(config.data.rows)]
    artifacts = []
    for name in NAMES:
        path = Path(config.data.raw_dir) / f"{name}.csv"
        rows = [history(source, number, row["target"]) for number, row in enumerate(applications)]
        tables.write(path, applications if name == "application_train" else rows)
        digest = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
        artifacts.append({"name": name, "path": path.as_posix(), "md5": digest, "status": "downloaded"})
    settings.write_json(config.paths.ingestion_summary, {"generated_at": settings.now(), "artifacts": artifacts})


if __name__ == "__main__":
    main()
