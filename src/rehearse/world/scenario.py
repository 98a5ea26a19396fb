"""The scenario of a rehearsal: what the world is called and what goes wrong in it."""

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CHOICES = {
    "seeded": ("ok", "missing", "inactive"),
    "rollout": ("ok", "slow", "reverted", "never-stable"),
    "rollback": ("ok", "refused"),
    "health": ("ok", "failing"),
    "predict": ("ok", "failing", "empty", "garbled"),
    "hooks": ("ok", "failing", "closed"),
}
CHANGEABLE = ("rollout", "rollback", "health", "predict", "hooks", "servicePythons")
SERVICE_NAMES = ("cluster", "service", "container", "family", "owner")


class ScenarioError(Exception):
    """A scenario that says something the world does not understand."""


class Scenario:
    """A checked scenario; what goes wrong may change while the world runs."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        known = {"state", "region", "deploy", "bucket", "servicePythons", *SERVICE_NAMES, *CHOICES}
        for name in fields:
            if name not in known:
                raise ScenarioError(f"unknown field {name}")
        self.state = Path(_text(fields, "state"))
        self.region = _text(fields, "region")
        self.deploy = fields.get("deploy")
        if not isinstance(self.deploy, bool):
            raise ScenarioError("deploy must be true or false")
        names = {name: _text(fields, name) for name in SERVICE_NAMES if self.deploy}
        self.cluster = names.get("cluster", "")
        self.service = names.get("service", "")
        self.container = names.get("container", "")
        self.family = names.get("family", "")
        self.owner = names.get("owner", "")
        self.bucket = None if fields.get("bucket") is None else _text(fields, "bucket")
        self.seeded = _choice(fields, "seeded")
        self._lock = threading.Lock()
        self.rollout = self.rollback = self.health = self.predict = self.hooks = "ok"
        self.service_pythons: list[str] = []
        # The first requests that find a new version unwell; None: all of them.
        self._unwell: int | None = 0
        self._asked: dict[str, int] = {}
        self.change({name: fields[name] for name in CHANGEABLE if name in fields})

    def change(self, fields: Any) -> None:
        """Take over what goes wrong from now on; nothing changes if a field is wrong."""
        if not isinstance(fields, dict):
            raise ScenarioError("what changes must be an object")
        for name in fields:
            if name not in CHANGEABLE:
                raise ScenarioError(f"{name} cannot change while the world runs")
        checked = {name: _choice(fields, name) for name in fields if name in CHOICES and name != "health"}
        pythons = fields.get("servicePythons", self.service_pythons)
        if not isinstance(pythons, list) or not all(isinstance(one, str) and one.startswith("/") for one in pythons):
            raise ScenarioError("servicePythons must be a list of absolute paths")
        unwell = _unwell(fields["health"]) if "health" in fields else self._unwell
        with self._lock:
            for name, value in checked.items():
                setattr(self, name, value)
            self.service_pythons = pythons
            if "health" in fields:
                self._unwell, self._asked = unwell, {}

    def finds_unwell(self, task_definition: str) -> bool:
        """Count a request for the health of a new version; answer whether it fails."""
        with self._lock:
            self._asked[task_definition] = self._asked.get(task_definition, 0) + 1
            return self._unwell is None or self._asked[task_definition] <= self._unwell


def read_scenario(file: Path) -> Scenario:
    """Read and check a scenario file."""
    try:
        fields = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScenarioError(error.strerror or "cannot be read") from error
    except ValueError as error:
        raise ScenarioError(f"not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise ScenarioError("not a JSON object")
    return Scenario(fields)


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise ScenarioError(f"{name} must be a text that is not empty")
    return value


def _choice(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name, "ok")
    if value not in CHOICES[name]:
        raise ScenarioError(f"{name} must be one of: {', '.join(CHOICES[name])}")
    return value


def _unwell(health: Any) -> int | None:
    if health == "ok":
        return 0
    if health == "failing":
        return None
    count = health.get("failing") if isinstance(health, dict) and len(health) == 1 else None
    if isinstance(count, int) and not isinstance(count, bool) and count >= 0:
        return count
    raise ScenarioError('health must be one of: ok, failing, {"failing": <number of requests>}')
