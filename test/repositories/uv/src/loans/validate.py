"""Hold the model to its limit."""

import argparse
import sys
from pathlib import Path

import yaml

from loans import files


def main() -> int:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    limit = yaml.safe_load(Path(parser.parse_args().config).read_text(encoding="utf-8"))["least_accuracy"]
    passed = files.read("reports/metrics.json")["accuracy"] >= limit
    files.report("reports/validation.json", {"status": "passed" if passed else "failed"})
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
