"""Score a region's model for one kind of contract."""

import argparse
import json
from pathlib import Path


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--kind", choices=["private", "business"], required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    unit = json.loads(options.model.read_text(encoding="utf-8"))["unit"]
    options.output.parent.mkdir(parents=True, exist_ok=True)
    factor = 1.2 if options.kind == "private" else 1.0
    options.output.write_text(json.dumps({"price": unit * factor}) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
