"""The scoring service: `uvicorn creditrisk.serve.api:app`. It does not start without a readable model."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import numpy as np
from fastapi import FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field

from creditrisk import model
from creditrisk.features import COLUMNS, IDENTIFIER

Amount = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Application(BaseModel):
    """One application, with exactly the columns the model knows."""

    model_config = ConfigDict(extra="forbid")

    application_id: int | str | None = None
    age: Annotated[float, Field(ge=18, le=120)]
    employment_years: Count
    income: Amount
    loan_amount: Amount
    term_months: Amount
    credit_score: Annotated[float, Field(ge=300, le=850)]
    missed_payments: Count


class PredictRequest(BaseModel):
    """Applications to score."""

    model_config = ConfigDict(extra="forbid")

    records: list[Application]
    threshold: Annotated[float, Field(ge=0, le=1)] | None = None


class Prediction(BaseModel):
    """The answer for one application: 1 is an expected default."""

    id: int | str
    prediction: int
    probability: float


class PredictResponse(BaseModel):
    """The answers, in the order of the records."""

    predictions: list[Prediction]


@asynccontextmanager
async def lifespan(service: FastAPI) -> AsyncIterator[None]:
    """Load the model before the first request, or fail to start."""
    service.state.model = model.load()
    yield


app = FastAPI(title="creditrisk", lifespan=lifespan)


@app.get("/health")
def health() -> dict[str, str]:
    """Answer that the service is up; it can not be without its model."""
    return {"status": "ok"}


@app.get("/schema")
def schema() -> dict[str, object]:
    """Return what a record looks like."""
    return {"identifier": IDENTIFIER, "feature_columns": COLUMNS, "record": Application.model_json_schema()}


@app.get("/metadata")
def metadata(request: Request) -> dict[str, object]:
    """Return which model answers."""
    loaded: model.Model = request.app.state.model
    return {
        "features": loaded.features,
        "threshold": loaded.threshold,
        "revision": os.environ.get("CREDITRISK_REVISION"),
    }


@app.post("/predict")
def predict(body: PredictRequest, request: Request) -> PredictResponse:
    """Score the records; a record without an id is known by its position."""
    loaded: model.Model = request.app.state.model
    if not body.records:
        return PredictResponse(predictions=[])
    table = {name: np.array([getattr(record, name) for record in body.records]) for name in COLUMNS}
    threshold = loaded.threshold if body.threshold is None else body.threshold
    predictions = []
    for position, (record, probability) in enumerate(zip(body.records, loaded.probabilities(table), strict=True)):
        identifier = position if record.application_id is None else record.application_id
        predictions.append(
            Prediction(
                id=identifier, prediction=int(probability >= threshold), probability=round(float(probability), 6)
            ),
        )
    return PredictResponse(predictions=predictions)
