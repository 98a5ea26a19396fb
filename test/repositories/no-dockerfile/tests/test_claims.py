"""The data."""

from pathlib import Path


def test_every_claim_has_an_amount() -> None:
    assert all(line.count(",") == 1 for line in Path("data/raw/claims.csv").read_text().splitlines())
