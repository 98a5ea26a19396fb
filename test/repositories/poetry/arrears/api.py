"""The service."""

import json
from pathlib import Path

from fastapi import APIRouter, FastAPI
from pydantic import BaseModel

router = APIRouter()
model = json.loads(Path("models/arrears.json").read_text(encoding="utf-8"))


class Body(BaseModel):
    """Accounts to judge."""

    records: list[dict[str, float]]


@router.get("/health")
def health() -> dict[str, str]:
    """Answer that the service is up."""
    return {"status": "ok"}


@router.post("/predict")
def predict(body: Body) -> dict[str, list[int]]:
    """Judge the accounts."""
    return {"predictions": [int(row["days"] > model["limit"]) for row in body.records]}


app = FastAPI(title="arrears")
app.include_router(router)
