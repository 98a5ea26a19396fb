"""Promote the registered model to a stage of the registry, if it passed validation.

Every refusal says why and exits with 1, so that a pipeline can not mistake it for a promotion.
"""

import sys
from pathlib import Path

from creditrisk import project, registry


class RefusedError(Exception):
    """The model must not be promoted."""


def promote(stage: str, report_path: Path, validation_path: Path) -> dict[str, object]:
    """Promote the model of the report, or raise the reason not to."""
    if not report_path.exists():
        raise RefusedError(f"{report_path} does not exist: no model was registered")
    if not validation_path.exists():
        raise RefusedError(f"{validation_path} does not exist: the model was not validated")
    report, validation = project.read_json(report_path), project.read_json(validation_path)
    if validation["status"] != "passed":
        raise RefusedError(f"validation: {validation['status']}")
    if validation["model_sha256"] != report["model_sha256"]:
        raise RefusedError("the registered model is not the validated one")
    client = registry.connect()
    if client is None:
        raise RefusedError("MLFLOW_TRACKING_URI is not set")
    name, version = report["model_name"], report["model_version"]
    known = registry.find(client, name, report["model_sha256"])
    if known is None:
        raise RefusedError(f"the registry has no version of {name} with this model file")
    if int(known.version) != version:
        raise RefusedError(f"the registry has this model file as version {known.version}, not {version}")
    transition = registry.promote(client, name, str(version), stage)
    return {
        "model_name": name,
        "version": version,
        "run_id": report["run_id"],
        "model_sha256": report["model_sha256"],
        "stage": stage,
        "promoted_at": project.now(),
        **transition,
    }


def main(argv: list[str] | None = None) -> int:
    """Run the command."""
    parser = project.arguments(__doc__)
    parser.add_argument("--stage", default="Production")
    parser.add_argument("--report", type=Path, default=project.REPORTS / "registry_promotion.json")
    parser.add_argument("--validation-report", type=Path, default=project.REPORTS / "post_training_validation.json")
    parser.add_argument("--transition-log", type=Path, default=project.REPORTS / "registry_transition.json")
    options = parser.parse_args(argv)
    options.transition_log.unlink(missing_ok=True)
    try:
        transition = promote(options.stage, options.report, options.validation_report)
    except RefusedError as reason:
        print(f"not promoted: {reason}", file=sys.stderr)
        return 1
    project.write_json(options.transition_log, transition)
    print(f"{transition['model_name']} version {transition['version']} is now {options.stage}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
