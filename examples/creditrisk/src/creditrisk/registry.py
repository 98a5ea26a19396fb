"""The model registry of an MLflow server: the one place that talks to it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion
    from mlflow.tracking import MlflowClient

DIGEST_TAG = "model_sha256"


def connect() -> "MlflowClient | None":
    """Return a client of the server that MLFLOW_TRACKING_URI names, or nothing when it names none."""
    uri = os.environ.get("MLFLOW_TRACKING_URI")
    if not uri:
        return None
    # A server that is down should fail the run in seconds; MLflow's own patience is minutes.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "3")
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    if uri.startswith("file:"):
        # A folder serves as a registry in drills; MLflow wants to hear that this is meant.
        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
    # Slow to import, and only a run with a registry needs it.
    from mlflow.tracking import MlflowClient

    return MlflowClient(tracking_uri=uri, registry_uri=uri)


def find(client: "MlflowClient", name: str, digest: str) -> "ModelVersion | None":
    """Return the newest version of a registered model that holds exactly this model file."""
    versions = client.search_model_versions(f"name = '{name}'")
    same = [version for version in versions if version.tags.get(DIGEST_TAG) == digest]
    return max(same, key=lambda version: int(version.version), default=None)


def register(
    client: "MlflowClient",
    tracking: dict[str, str],
    model: Path,
    digest: str,
    metrics: dict[str, float],
) -> "ModelVersion":
    """Register a model file with its metrics; the same file again is the version it already is."""
    name = tracking["registered_model"]
    if not client.search_registered_models(f"name = '{name}'"):
        client.create_registered_model(name)
    known = find(client, name, digest)
    if known:
        return known
    experiment = client.get_experiment_by_name(tracking["experiment"])
    experiment_id = experiment.experiment_id if experiment else client.create_experiment(tracking["experiment"])
    run = client.create_run(experiment_id, tags={DIGEST_TAG: digest})
    for metric, value in metrics.items():
        client.log_metric(run.info.run_id, metric, value)
    client.log_artifact(run.info.run_id, str(model), "model")
    client.set_terminated(run.info.run_id)
    source = f"{run.info.artifact_uri}/model"
    return client.create_model_version(name, source, run.info.run_id, tags={DIGEST_TAG: digest})


def promote(client: "MlflowClient", name: str, version: str, stage: str) -> dict[str, Any]:
    """Point the alias of a stage at a version, and return what it pointed at before.

    MLflow has retired its fixed stages: the stage `Production` is the alias `production`.
    """
    alias = stage.lower()
    previous = client.get_registered_model(name).aliases.get(alias)
    client.set_registered_model_alias(name, alias, version)
    return {"alias": alias, "previous_version": int(previous) if previous else None}
