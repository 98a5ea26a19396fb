"""Fit the baseline, evaluate it, and register it."""

import mlflow
from mlflow.tracking import MlflowClient

from creditrisk import scoring, settings, tables


def register(client: MlflowClient, name: str, run_id: str, source: str) -> int:
    """Add a version to the registered model."""
    if not client.search_registered_models(f"name = '{name}'"):
        client.create_registered_model(name)
    return int(client.create_model_version(name, source, run_id).version)


def main(argv: list[str] | None = None) -> None:
    """Run the stage."""
    config = settings.load(settings.parser(__doc__).parse_args(argv).config)
    mlflow.set_tracking_uri(config.tracking.tracking_uri)
    mlflow.set_experiment(config.tracking.experiment_name)

    columns = config.features.selected_columns
    training = config.model
    model = scoring.fit(
        tables.read(config.paths.train), columns, training.learning_rate, training.iterations, training.l2
    )
    scoring.save(model, config.paths.model)
    test = tables.read(config.paths.test)
    metrics = scoring.measure(model, test, training.threshold)
    settings.write_json("reports/metrics.json", metrics)
    scores = [scoring.probability(model, row) for row in test]
    bands = [sum(band / 10 <= score < (band + 1) / 10 for score in scores) for band in range(10)]
    settings.write_json("reports/evaluation/score_bands.json", {"rows": len(scores), "bands": bands})
    with mlflow.start_run() as run:
        mlflow.log_metrics(metrics)
        mlflow.log_artifact(config.paths.model)
    if not config.registry.enabled:
        return
    version = register(MlflowClient(), config.registry.model_name, run.info.run_id, run.info.artifact_uri)
    settings.write_json(
        config.paths.registry_report,
        {
            "generated_at": settings.now(),
            "run_id": run.info.run_id,
            "model_version": version,
            "model_name": config.registry.model_name,
            "target_stage": config.registry.target_stage,
            "metrics": metrics,
        },
    )


if __name__ == "__main__":
    main()
