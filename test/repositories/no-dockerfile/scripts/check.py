"""Look whether the reserve is plausible."""

import argparse
import json
from pathlib import Path

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--reserve", type=Path, required=True)
parser.add_argument("--tolerance", type=float, default=0.1)
options = parser.parse_args()

reserve = json.loads(options.reserve.read_text(encoding="utf-8"))["reserve"]
status = "passed" if reserve > 0 else "failed"
Path("out/check.json").write_text(json.dumps({"status": status}) + "\n", encoding="utf-8")
