"""The images of a rehearsal: which were pushed, and what they hold."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class TaskFailure(Exception):
    """Why the tasks of a task definition do not start."""


@dataclass(frozen=True)
class Image:
    """What a built image holds, and how it is run."""

    root: Path
    workdir: str
    env: Mapping[str, str]
    entrypoint: list[str]
    cmd: list[str]

    def on_this_machine(self, text: str) -> str:
        """Turn the paths of the image in a path list into those of its files here."""
        return ":".join(self._located(part) for part in text.split(":"))

    def _located(self, part: str) -> str:
        here = self.root / part.lstrip("/")
        return str(here) if part.startswith("/") and part.strip("/") and here.exists() else part


class Images:
    """The registry of a rehearsal and the images it was given."""

    def __init__(self, state: Path) -> None:
        self._state = state

    def pull(self, reference: str) -> Image | None:
        """Find a pushed image by tag or digest; None if nobody kept what it holds."""
        digest = self._digest(reference)
        if digest is None:
            raise TaskFailure(f"CannotPullContainerError: {reference}: not found")
        folder = self._state / "images" / digest.removeprefix("sha256:")
        if not (folder / "image.json").exists():
            return None
        facts = _read_json(folder / "image.json")
        return Image(
            root=folder / "root",
            workdir=facts.get("workdir") or "/",
            env=facts.get("env") or {},
            entrypoint=facts.get("entrypoint") or [],
            cmd=facts.get("cmd") or [],
        )

    def _digest(self, reference: str) -> str | None:
        file = self._state / "registry.json"
        pushed = _read_json(file) if file.exists() else {}
        repository, tag, digest = _parts(reference)
        if not digest:
            return pushed.get(f"{repository}:{tag or 'latest'}", {}).get("digest")
        known = {(_parts(name)[0], facts.get("digest")) for name, facts in pushed.items()}
        return digest if (repository, digest) in known else None


def _parts(reference: str) -> tuple[str, str, str]:
    name, _, digest = reference.partition("@")
    # A colon before the last slash belongs to a port.
    path, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    return f"{path}{slash}{last}", tag, digest


def _read_json(file: Path) -> dict[str, Any]:
    for _ in range(20):
        try:
            return json.loads(file.read_text(encoding="utf-8"))
        except ValueError:
            time.sleep(0.05)  # Somebody is writing it.
    raise TaskFailure(f"CannotPullContainerError: {file.name} cannot be read")
