"""A copy of the project in a temporary folder, with the pipeline run in it once."""

import shutil
from pathlib import Path

import pytest

from creditrisk.monitoring import drift
from creditrisk.pipelines import build_feature_store, ingest_data, register_model, split_data, train_baseline
from creditrisk.testing import post_training

ROOT = Path(__file__).parent.parent
VARIABLES = [
    "AWS_ENDPOINT_URL",
    "CREDITRISK_MODEL_PATH",
    "CREDITRISK_PRODUCTION_PATH",
    "CREDITRISK_SNAPSHOT_AT",
    "MLFLOW_TRACKING_URI",
]
STAGES = [ingest_data, build_feature_store, split_data, train_baseline, register_model, post_training, drift]


def run_stages() -> list[int]:
    """Run the pipeline in the working directory, in the order of dvc.yaml."""
    return [stage.main([]) for stage in STAGES]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the machine's own settings out of the tests."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project in which the pipeline has run; tests copy it, and do not change it."""
    folder = tmp_path_factory.mktemp("built")
    for name in ["configs", "data/production"]:
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "params.yaml", folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in VARIABLES:
            patch.delenv(name, raising=False)
        assert run_stages() == [0] * len(STAGES)
    return folder


@pytest.fixture
def project_folder(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a fresh copy of the built project."""
    folder = tmp_path / "project"
    shutil.copytree(built, folder)
    monkeypatch.chdir(folder)
    return folder
