"""Record the model's digest; with MLFLOW_TRACKING_URI set, register the model as well."""

import sys
from pathlib import Path

from creditrisk import project, registry

PROMOTION = project.REPORTS / "registry_promotion.json"


def main(argv: list[str] | None = None) -> int:
    """Run the stage."""
    options = project.arguments(__doc__).parse_args(argv)
    config = project.read_yaml(options.config)
    path = Path(config["paths"]["model"])
    digest = project.sha256(path)
    project.write_json(project.REPORTS / "model_digest.json", {"path": path.as_posix(), "sha256": digest})

    # A report of an earlier run must not let a model be promoted that this run did not register.
    PROMOTION.unlink(missing_ok=True)
    client = registry.connect()
    if client is None:
        print("MLFLOW_TRACKING_URI is not set: the model is not registered", file=sys.stderr)
        return 0
    metrics = project.read_json(project.REPORTS / "metrics.json")
    version = registry.register(client, config["tracking"], path, digest, metrics)
    project.write_json(
        PROMOTION,
        {
            "generated_at": project.now(),
            "model_name": version.name,
            "model_version": int(version.version),
            "model_sha256": digest,
            "run_id": version.run_id,
            "metrics": metrics,
        },
    )
    print(f"registered {version.name} version {version.version}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
