"""The journals of a rehearsal: files of JSON lines that several processes append to."""

import json
import os
import time
from pathlib import Path
from typing import Any


class Journals:
    """Appends to and reads the journals of one state folder."""

    def __init__(self, state: Path) -> None:
        self._state = state

    def append(self, name: str, record: dict[str, Any]) -> None:
        """Add one line, with the time, to a journal."""
        line = json.dumps({"time": time.time(), **record}, default=str) + "\n"
        # One write to a file opened for appending: lines of several writers never mix.
        file = os.open(self._state / f"{name}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(file, line.encode())
        finally:
            os.close(file)

    def lines(self, name: str) -> list[dict[str, Any]]:
        """Return the lines of a journal, oldest first."""
        file = self._state / f"{name}.jsonl"
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        # The last line may be still being written.
        return [json.loads(line) for line in text[: text.rfind("\n") + 1].split("\n") if line]
