"""The columns of an application, and the features the model derives from them."""

import numpy as np

from creditrisk.tables import Table

IDENTIFIER = "application_id"
TARGET = "default"
COLUMNS = ["age", "employment_years", "income", "loan_amount", "term_months", "credit_score", "missed_payments"]
FEATURES = [*COLUMNS, "loan_to_income", "instalment_to_income", "employed_share_of_life"]


def with_features(table: Table) -> Table:
    """Return the table with the derived features added: the same code for training and for serving."""
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise ValueError(f"missing columns: {', '.join(missing)}")
    income = np.maximum(table["income"], 1.0)
    return table | {
        "loan_to_income": table["loan_amount"] / income,
        "instalment_to_income": 12 * table["loan_amount"] / np.maximum(table["term_months"], 1.0) / income,
        "employed_share_of_life": table["employment_years"] / np.maximum(table["age"], 1.0),
    }


def matrix(table: Table) -> np.ndarray:
    """Return the features as the model's input, one row per application."""
    return np.column_stack([table[name] for name in FEATURES])
