"""Write down what is to be deployed."""

import hashlib
from pathlib import Path

from creditrisk import settings

FILES = ["Dockerfile.api", "Dockerfile.batch", ".github/workflows/cd.yaml"]


def main(argv: list[str] | None = None) -> None:
    """Run the stage."""
    settings.parser(__doc__).parse_args(argv)
    digests = {name: hashlib.sha256(Path(name).read_bytes()).hexdigest() for name in FILES}
    transition = settings.read_json("reports/registry_transition.json")
    settings.write_json("reports/deploy_manifest.json", {"model": transition, "files": digests})


if __name__ == "__main__":
    main()
