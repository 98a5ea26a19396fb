"""The project's configuration and files. Paths are relative to the working directory: the project's root."""

import argparse
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

CONFIG = Path("configs/creditrisk_pd.yaml")
PARAMS = Path("params.yaml")
REPORTS = Path("reports")


def arguments(description: str | None) -> argparse.ArgumentParser:
    """Start a command line with the option that every command has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--config", type=Path, default=CONFIG, help="configuration file (%(default)s)")
    return parser


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML mapping."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object."""
    return json.loads(path.read_text(encoding="utf-8"))


def write_text(path: Path, text: str) -> None:
    """Write a text file with LF line endings, making its folder first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Write a JSON object."""
    write_text(path, json.dumps(value, indent=2) + "\n")


def sha256(path: Path) -> str:
    """Return the digest of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def now() -> str:
    """Return the time in UTC, as the reports write it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
