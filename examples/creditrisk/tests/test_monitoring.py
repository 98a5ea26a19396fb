"""Drift, the retraining trigger and its publication."""

from pathlib import Path

import numpy as np
import pytest

from creditrisk import project, synthetic
from creditrisk.monitoring import drift, production


def test_distance_is_zero_for_the_same_and_one_for_disjoint_samples() -> None:
    sample = np.arange(100.0)
    assert drift.distance(sample, sample) == 0
    assert drift.distance(sample, sample + 1000) == 1
    assert drift.distance(sample, sample + 25) == pytest.approx(0.25)


def test_the_committed_production_data_has_not_drifted(project_folder: Path) -> None:
    assert production.main([]) == 0
    trigger = project.read_json(project_folder / "reports/retrain_trigger.json")
    assert trigger["triggered"] is False
    assert trigger["reason"] == "threshold_not_met"
    assert trigger["command"] is None


def test_drifted_data_triggers_a_retraining(project_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synthetic.main(["--shift", "1", "--output", "drifted.csv"])
    monkeypatch.setenv("CREDITRISK_PRODUCTION_PATH", "drifted.csv")
    assert production.main([]) == 0
    trigger = project.read_json(project_folder / "reports/retrain_trigger.json")
    report = project.read_json(project_folder / "reports/production_drift_report.json")
    assert trigger["triggered"] is True
    assert trigger["reason"] == "dataset_drift"
    assert trigger["command"] == "dvc repro --force validate_model"
    share = trigger["share_drifted_columns"]
    assert share >= trigger["threshold"] == 0.3
    assert report["summary"]["share_drifted_columns"] == share
    (metric,) = [entry for entry in report["metrics"] if entry["metric"] == "DatasetDriftMetric"]
    assert metric["result"]["share_of_drifted_columns"] == share
    assert "credit_score" in report["summary"]["drifted_columns"]
    assert "credit_score" in (project_folder / "reports/production_drift_report.html").read_text()


def test_missing_production_data_is_an_error(project_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert production.main(["--current", "nowhere.csv"]) == 1
    assert "nowhere.csv does not exist" in capsys.readouterr().err


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Hide the machine's own AWS settings."""
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return monkeypatch


@pytest.mark.usefixtures("project_folder", "aws")
def test_publishing_without_credentials_warns(capsys: pytest.CaptureFixture[str]) -> None:
    assert production.main(["--publish-metrics"]) == 0
    assert "warning: no AWS credentials" in capsys.readouterr().err


@pytest.mark.parametrize("region", ["", "eu-west-1"])
def test_publishing_that_fails_is_an_error_after_the_reports_are_written(
    project_folder: Path, aws: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], region: str
) -> None:
    aws.setenv("AWS_ACCESS_KEY_ID", "key")
    aws.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    aws.setenv("AWS_MAX_ATTEMPTS", "1")
    # Port 9 of this machine: nobody listens there.
    aws.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    if region:
        aws.setenv("AWS_DEFAULT_REGION", region)
    assert production.main(["--publish-metrics"]) == 1
    assert "error: the drift metrics are not published" in capsys.readouterr().err
    assert (project_folder / "reports/retrain_trigger.json").exists()
