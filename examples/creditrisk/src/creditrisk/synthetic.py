"""Made-up loan applications, in place of a lender's database.

As a command it writes a file in the form of the production data, drifted by `--shift` if wanted:

    python -m creditrisk.synthetic --rows 400 --seed 3 --shift 1 --output drifted.csv
"""

import argparse
from pathlib import Path

import numpy as np

from creditrisk.tables import Table, write_table


def applications(rows: int, seed: int, shift: float = 0.0) -> Table:
    """Make applications with their outcome; the same arguments give the same table.

    A positive shift is a worse economy: lower incomes, dearer loans, weaker credit scores, more missed payments.
    """
    rng = np.random.default_rng(seed)
    age = rng.integers(21, 70, rows)
    employment_years = np.minimum(rng.exponential(6.0, rows), age - 18).round(1)
    income = np.exp(rng.normal(10.6 - 0.4 * shift, 0.45, rows)).round(-1)
    loan_amount = np.exp(rng.normal(9.6 + 0.5 * shift, 0.6, rows)).round(-1)
    term_months = rng.choice([12, 24, 36, 48, 60], rows)
    credit_score = np.clip(rng.normal(620 - 70 * shift, 80, rows), 300, 850).round()
    missed_payments = rng.poisson(0.6 * np.exp(0.8 * shift), rows)
    risk = (
        -3.0
        + 2.6 * loan_amount / income
        - 0.014 * (credit_score - 620)
        + 0.55 * missed_payments
        - 0.06 * employment_years
        - 0.01 * (age - 45)
    )
    default = rng.random(rows) < 1 / (1 + np.exp(-risk))
    return {
        "application_id": np.arange(1, rows + 1),
        "age": age,
        "employment_years": employment_years,
        "income": income,
        "loan_amount": loan_amount,
        "term_months": term_months,
        "credit_score": credit_score,
        "missed_payments": missed_payments,
        "default": default.astype(int),
    }


def main(argv: list[str] | None = None) -> int:
    """Write applications as they arrive in production: without their outcome."""
    parser = argparse.ArgumentParser(description="Write made-up applications without their outcome.")
    parser.add_argument("--rows", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shift", type=float, default=0.0, help="how far the economy has worsened (%(default)s)")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args(argv)
    table = applications(options.rows, options.seed, options.shift)
    del table["default"]
    write_table(options.output, table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
