"""The training pipeline, and that its description and its code agree."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, run_stages

from creditrisk import project
from creditrisk.features import FEATURES, TARGET
from creditrisk.pipelines import batch_predict, ingest_data
from creditrisk.tables import height, read_table
from creditrisk.testing import post_training

VOLATILE = {Path("reports/ingestion_summary.json")}


def outputs() -> set[Path]:
    """Return the outputs that dvc.yaml declares."""
    stages = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"].values()
    entries = [entry for stage in stages for entry in stage.get("outs", []) + stage.get("metrics", [])]
    return {Path(entry if isinstance(entry, str) else next(iter(entry))) for entry in entries}


def files(folder: Path) -> set[Path]:
    """Return the files the pipeline made, relative to the folder."""
    made = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {path for path in made if path.parts[0] in {"data", "models", "reports"} and "production" not in path.parts}


def test_stages_write_what_dvc_yaml_declares_and_nothing_else(built: Path) -> None:
    declared = outputs()
    assert all((built / path).exists() for path in declared)
    assert [path for path in files(built) if not {path, *path.parents} & declared] == []


def test_a_second_run_writes_the_same_bytes(built: Path, project_folder: Path) -> None:
    run_stages()
    changed = {path for path in files(built) if (built / path).read_bytes() != (project_folder / path).read_bytes()}
    assert changed <= VOLATILE


def test_the_model_learns_something(built: Path) -> None:
    metrics = project.read_json(built / "reports/metrics.json")
    assert metrics["roc_auc"] > 0.8
    train, test = (read_table(built / f"data/processed/{part}.csv") for part in ("train", "test"))
    assert set(train) == set(test) == {"application_id", *FEATURES, TARGET}
    assert not set(train["application_id"]) & set(test["application_id"])


def test_validation_fails_below_the_configured_minimum(project_folder: Path) -> None:
    config = project.read_yaml(project.CONFIG)
    config["validation"]["minimum"]["roc_auc"] = 0.99
    project.write_text(project.CONFIG, yaml.safe_dump(config))
    assert post_training.main([]) == 1
    report = project.read_json(project_folder / "reports/post_training_validation.json")
    assert report["status"] == "failed"
    assert [check["name"] for check in report["checks"] if check["status"] == "failed"] == ["metric_thresholds"]


def test_validation_fails_for_another_model_than_the_recorded_one(project_folder: Path) -> None:
    with (project_folder / "models/baseline_model.joblib").open("ab") as file:
        file.write(b"x")
    assert post_training.main([]) == 1


@pytest.mark.parametrize(
    ("variable", "configured", "expected"),
    [
        ("2024-01-02T03:04:05+00:00", None, "2024-01-02T03:04:05+00:00"),
        ("2024-01-02T03:04:05Z", "2023-01-01T00:00:00Z", "2024-01-02T03:04:05+00:00"),
        ("", "2023-01-01T00:00:00Z", "2023-01-01T00:00:00+00:00"),
    ],
)
def test_the_snapshot_time_can_be_given(
    monkeypatch: pytest.MonkeyPatch, variable: str, configured: str | None, expected: str
) -> None:
    monkeypatch.setenv("CREDITRISK_SNAPSHOT_AT", variable)
    assert ingest_data.snapshot_time({"ingestion": {"snapshot_at": configured}}) == expected


def test_batch_scores_every_row(project_folder: Path) -> None:
    assert batch_predict.main(["--input-csv", "data/production/current.csv", "--output-csv", "scores.csv"]) == 0
    scores = read_table(project_folder / "scores.csv")
    assert height(scores) == height(read_table(project_folder / "data/production/current.csv"))
    assert ((scores["probability"] >= 0) & (scores["probability"] <= 1)).all()


def test_the_images_install_what_the_pipeline_trained_with() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    lines = (ROOT / "requirements-serve.txt").read_text().splitlines()
    assert {line for line in lines if not re.match(r"#|$", line)} <= set(wanted)
