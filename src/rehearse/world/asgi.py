"""Which ASGI application the command of an image starts, and which interpreters can run it."""

import glob
import os
import re
import shlex
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

APPLICATION = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*(\(\))?")
# Of uvicorn's options those that decide which application answers, and not where or how.
FLAGS = ("--factory",)
VALUED = ("--app-dir", "--root-path")

IMPORTABLE = """
import importlib.util, sys
sys.exit(any(importlib.util.find_spec(name) is None for name in sys.argv[1:]))
"""


def uvicorn_arguments(command: list[str]) -> list[str] | None:
    """Return what uvicorn needs to run the application of a command; None if uvicorn does not run it."""
    words = command
    if len(command) > 2 and Path(command[0]).name in ("sh", "bash") and command[1] == "-c":
        if re.search(r"[;|&<>`\n]|\$\(", command[2].strip()):
            return None
        try:
            words = shlex.split(command[2])
        except ValueError:
            return None
    names = [Path(word).name for word in words]
    if "uvicorn" not in names:
        return None
    rest = words[names.index("uvicorn") + 1 :]
    application = next((word for word in rest if APPLICATION.fullmatch(word)), None)
    return None if application is None else [application, *_options(rest)]


def _options(words: list[str]) -> Iterator[str]:
    for position, word in enumerate(words):
        option, equals, value = word.partition("=")
        if word in FLAGS:
            yield word
        elif option in VALUED:
            yield option
            yield value if equals else "".join(words[position + 1 : position + 2])


def interpreters(patterns: Iterable[str]) -> list[str]:
    """Return the interpreters that the patterns match, in order, each once."""
    found = (file for pattern in patterns for file in sorted(glob.glob(pattern, recursive=True)))
    return [file for file in dict.fromkeys(found) if os.access(file, os.X_OK)]


def can_import(interpreter: str, modules: Iterable[str]) -> bool:
    """Tell whether an interpreter has all these modules."""
    try:
        asked = [interpreter, "-I", "-c", IMPORTABLE, *modules]
        return subprocess.run(asked, capture_output=True, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
