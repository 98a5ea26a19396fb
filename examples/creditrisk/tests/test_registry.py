"""Registration and promotion, against a registry in a folder."""

from pathlib import Path

import pytest

from creditrisk import project, registry
from creditrisk.pipelines import auto_promote, register_model

REPORT = Path("reports/registry_promotion.json")
TRANSITION = Path("reports/registry_transition.json")


@pytest.fixture
def tracking(project_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use a registry that starts empty."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", (project_folder / "mlruns").as_uri())


@pytest.mark.usefixtures("project_folder")
def test_without_a_server_nothing_is_registered(capsys: pytest.CaptureFixture[str]) -> None:
    REPORT.write_text("{}")
    assert register_model.main([]) == 0
    assert not REPORT.exists()
    assert "MLFLOW_TRACKING_URI is not set" in capsys.readouterr().err


@pytest.mark.usefixtures("tracking")
def test_a_validated_model_is_promoted() -> None:
    assert register_model.main([]) == 0
    assert auto_promote.main(["--stage", "Production"]) == 0
    transition = project.read_json(TRANSITION)
    assert (transition["version"], transition["stage"], transition["previous_version"]) == (1, "Production", None)
    client = registry.connect()
    assert client.get_model_version_by_alias("creditrisk_pd", "production").version in {1, "1"}
    assert client.get_run(transition["run_id"]).data.metrics["roc_auc"] > 0.8


@pytest.mark.usefixtures("tracking")
def test_the_same_model_is_registered_once() -> None:
    register_model.main([])
    first = project.read_json(REPORT)
    register_model.main([])
    second = project.read_json(REPORT)
    assert (first["model_version"], first["run_id"]) == (second["model_version"], second["run_id"])


def refuses(capsys: pytest.CaptureFixture[str], reason: str) -> bool:
    """Tell whether promotion refuses for a reason, and leaves no transition behind."""
    TRANSITION.write_text("{}")
    return auto_promote.main([]) == 1 and reason in capsys.readouterr().err and not TRANSITION.exists()


@pytest.mark.usefixtures("tracking")
def test_promotion_refuses(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    validation = Path("reports/post_training_validation.json")
    assert refuses(capsys, "no model was registered")

    register_model.main([])
    passed, registered = project.read_json(validation), project.read_json(REPORT)
    project.write_json(validation, passed | {"status": "failed"})
    assert refuses(capsys, "validation: failed")
    project.write_json(validation, passed | {"model_sha256": "0" * 64})
    assert refuses(capsys, "not the validated one")
    validation.unlink()
    assert refuses(capsys, "the model was not validated")
    project.write_json(validation, passed)

    project.write_json(REPORT, registered | {"model_version": 7})
    assert refuses(capsys, "as version 1, not 7")
    project.write_json(REPORT, registered)

    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    assert refuses(capsys, "MLFLOW_TRACKING_URI is not set")
