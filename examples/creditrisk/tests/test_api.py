"""The scoring service."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from fastapi.testclient import TestClient

from creditrisk import project
from creditrisk.serve.api import app

PAYLOAD = project.read_json(ROOT / "sample_payload.json")
RECORD = PAYLOAD["records"][0]


@pytest.fixture
def client(project_folder: Path) -> Iterator[TestClient]:
    """Return a client of a service that has started in the project's folder."""
    with TestClient(app) as started:
        yield started


def test_health_schema_and_metadata(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok"}
    assert set(client.get("/schema").json()["feature_columns"]) == set(RECORD) - {"application_id"}
    assert client.get("/metadata").json()["threshold"] == 0.35


def test_the_sample_payload_is_scored(client: TestClient) -> None:
    answer = client.post("/predict", json=PAYLOAD)
    assert answer.status_code == 200
    safe, risky = answer.json()["predictions"]
    assert (safe["id"], safe["prediction"], risky["id"], risky["prediction"]) == (1, 0, 2, 1)
    assert 0 <= safe["probability"] < 0.35 <= risky["probability"] <= 1


def test_the_threshold_and_the_id_can_be_left_to_the_request(client: TestClient) -> None:
    anonymous = {name: value for name, value in RECORD.items() if name != "application_id"}
    answer = client.post("/predict", json={"records": [anonymous], "threshold": 0})
    assert answer.json()["predictions"][0] == {"id": 0, "prediction": 1} | {
        "probability": answer.json()["predictions"][0]["probability"]
    }


def test_no_records_are_no_predictions(client: TestClient) -> None:
    answer = client.post("/predict", json={"records": []})
    assert (answer.status_code, answer.json()) == (200, {"predictions": []})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"records": [{}]},
        {"records": [RECORD | {"income": "much"}]},
        {"records": [RECORD | {"income": -1}]},
        {"records": [RECORD | {"unknown": 1}]},
        {"records": [RECORD], "threshold": 2},
    ],
)
def test_a_malformed_request_is_refused(client: TestClient, body: dict[str, object]) -> None:
    assert client.post("/predict", json=body).status_code == 422


def test_the_service_does_not_start_without_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDITRISK_MODEL_PATH", str(tmp_path / "none.joblib"))
    with pytest.raises(FileNotFoundError), TestClient(app):
        pass
