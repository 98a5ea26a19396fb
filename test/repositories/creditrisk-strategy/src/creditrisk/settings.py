"""The settings of the project, and the reports of its commands."""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

DEFAULT_CONFIG = Path("configs/baseline.yaml")


def parser(description: str | None) -> argparse.ArgumentParser:
    """Start the command line that every command has."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--config", type=Path, default=DEFAULT_CONFIG)
    return made


def load(path: Path) -> SimpleNamespace:
    """Read a configuration, whose keys are then attributes."""
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    return json.loads(json.dumps(values), object_hook=lambda keys: SimpleNamespace(**keys))


def read_json(path: Path | str) -> dict[str, Any]:
    """Read a report."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def write_json(path: Path | str, value: dict[str, Any]) -> None:
    """Write a report, making its folder first."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def now() -> str:
    """Return the time as the reports write it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
