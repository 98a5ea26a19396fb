"""The service."""

from fastapi import FastAPI
from pydantic import BaseModel

from loans import files

app = FastAPI(title="loans")
model = files.read("models/loans.json")


class Body(BaseModel):
    """Loans to judge."""

    records: list[dict[str, float]]


@app.get("/health")
def health() -> dict[str, str]:
    """Answer that the service is up."""
    return {"status": "ok"}


@app.post("/predict")
def predict(body: Body) -> dict[str, list[int]]:
    """Judge the loans."""
    return {"predictions": [int(row["income"] > model["weight"] * row["amount"]) for row in body.records]}
