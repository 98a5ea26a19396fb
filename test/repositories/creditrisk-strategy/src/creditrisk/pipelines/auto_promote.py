"""Move the registered model to a stage of the registry, if everything speaks for it."""

import logging
from pathlib import Path

from creditrisk import settings

log = logging.getLogger(__name__)


def promote(config: object, name: str, version: int, stage: str) -> None:
    """Move a version to a stage."""
    import mlflow
    from mlflow.tracking import MlflowClient

    mlflow.set_tracking_uri(config.tracking.tracking_uri)
    MlflowClient().transition_model_version_stage(name, str(version), stage, archive_existing_versions=True)


def main(argv: list[str] | None = None) -> None:
    """Run the command."""
    parser = settings.parser(__doc__)
    parser.add_argument("--stage", default="Production")
    parser.add_argument("--report", type=Path)
    parser.add_argument("--validation-report", type=Path)
    parser.add_argument("--transition-log", type=Path)
    options = parser.parse_args(argv)
    config = settings.load(options.config)
    logging.basicConfig(level=logging.INFO)
    if not config.registry.enabled:
        log.info("The registry is switched off.")
        return
    report_path = options.report or Path(config.paths.registry_report)
    if not report_path.exists():
        log.warning("%s does not exist: nothing to promote.", report_path)
        return
    validation_path = options.validation_report or Path(config.paths.validation_report)
    if not validation_path.exists():
        log.warning("%s does not exist.", validation_path)
    elif settings.read_json(validation_path)["status"] != "passed":
        log.warning("The validation did not pass: not promoted.")
        return
    report = settings.read_json(report_path)
    if not report.get("run_id") or not report.get("model_version"):
        log.warning("%s names no version.", report_path)
        return
    promote(config, report["model_name"], report["model_version"], options.stage)
    if options.transition_log:
        settings.write_json(
            options.transition_log,
            {
                "model_name": report["model_name"],
                "version": report["model_version"],
                "run_id": report["run_id"],
                "stage": options.stage,
            },
        )


if __name__ == "__main__":
    main()
