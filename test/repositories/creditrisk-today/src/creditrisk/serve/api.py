"""The service: `uvicorn creditrisk.serve.api:app`. It does not start without its model."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel

from creditrisk import scoring, settings


class Body(BaseModel):
    """Applications to score."""

    records: list[dict[str, float]]
    threshold: float | None = None


@asynccontextmanager
async def lifespan(service: FastAPI) -> AsyncIterator[None]:
    """Load the model before the first request."""
    config = settings.load(settings.DEFAULT_CONFIG)
    service.state.model = scoring.load(config.paths.model)
    service.state.threshold = config.model.threshold
    yield


app = FastAPI(title="creditrisk", lifespan=lifespan)


@app.get("/health")
def health() -> dict[str, str]:
    """Answer that the service is up."""
    return {"status": "ok"}


@app.get("/schema")
def schema(request: Request) -> dict[str, Any]:
    """Return the columns of a record."""
    return {"feature_columns": request.app.state.model["columns"]}


@app.post("/predict")
def predict(body: Body, request: Request) -> dict[str, Any]:
    """Score the records."""
    model = request.app.state.model
    threshold = request.app.state.threshold if body.threshold is None else body.threshold
    predictions = []
    for position, record in enumerate(body.records):
        if any(name not in record for name in model["columns"]):
            raise HTTPException(400, "a record lacks a feature")
        score = scoring.probability(model, record)
        number = int(record.get("SK_ID_CURR", position))
        predictions.append({"SK_ID_CURR": number, "prediction": int(score >= threshold), "probability": score})
    return {"predictions": predictions}
