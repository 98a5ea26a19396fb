"""What answers the requests to the deployed service: a stand-in, or the process of its image."""

import collections
import http.client
import json
import os
import re
import socket
import string
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from asgi import can_import, interpreters, uvicorn_arguments
from images import Image, Images, TaskFailure
from werkzeug import Request, Response

START_SECONDS = 30
KEEPER = Path(__file__).with_name("keeper.py")
# Of one connection, not of the message: RFC 9110, section 7.6.1.
HOP_BY_HOP = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "host", "content-length"}
RECORD_NAMES = ("records", "instances", "inputs", "data")
# uvicorn's last words, which do not tell why.
UNHELPFUL = "Application startup failed. Exiting."


class Service(Protocol):
    """Something that answers the requests to the deployed service."""

    kind: str

    def answer(self, request: Request) -> Response:
        """Answer a request."""
        ...

    def stop(self) -> None:
        """End, and leave nothing behind."""
        ...


class StandIn:
    """Answers in place of a service whose image cannot be run here."""

    kind = "stand-in"

    def answer(self, request: Request) -> Response:
        """Answer that all is well, or one prediction for each record of the request."""
        if request.method in ("GET", "HEAD"):
            return json_response({"status": "ok"})
        try:
            payload = json.loads(request.get_data())
        except ValueError:
            return json_response({"detail": "The body is not JSON."}, 422)
        held = payload if isinstance(payload, dict) else {}
        records = next((held[name] for name in RECORD_NAMES if isinstance(held.get(name), list)), [payload])
        return json_response({"predictions": [{"prediction": 0, "probability": 0.1} for _ in records]})

    def stop(self) -> None:
        """Do nothing: there is nothing to end."""


class Process:
    """The application of an image, really running."""

    kind = "image"

    def __init__(self, command: list[str], port: int, folder: Path, env: Mapping[str, str], log: Path) -> None:
        self._port = port
        self._last_lines: collections.deque[str] = collections.deque(maxlen=40)
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", str(KEEPER), *command],
            cwd=folder,
            # The service's; the keeper heeds none of it.
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # What interrupts the world must not reach it: it ends with its input.
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._keep_output, args=(log,), daemon=True)
        self._reader.start()

    def wait_until_answering(self, is_superseded: Callable[[], bool]) -> None:
        """Return once it answers; if it does not, end it and say why."""
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            ended = self._keeper.poll() is not None
            if ended or is_superseded() or time.monotonic() > deadline:
                self.stop()
                self._reader.join(2)
                said = self.last_words() if ended else f"no answer within {START_SECONDS} seconds"
                raise TaskFailure(f"tasks failed to start: {said}")
            time.sleep(0.1)

    def last_words(self) -> str:
        """Return the last line it wrote that tells something."""
        told = [line.strip() for line in list(self._last_lines) if line.strip() and UNHELPFUL not in line]
        return told[-1] if told else "the process ended without a word"

    def answer(self, request: Request) -> Response:
        """Pass a request on to the process, and its answer back."""
        address = urllib.parse.quote(request.environ["RAW_URI"], safe=string.punctuation)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP}
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request(request.method, address, request.get_data(), headers)
            reply = connection.getresponse()
            passed = [(name, value) for name, value in reply.getheaders() if name.lower() not in HOP_BY_HOP]
            return Response(reply.read(), reply.status, passed)
        except (OSError, http.client.HTTPException):
            return json_response({"detail": "The service does not answer."}, 502)
        finally:
            connection.close()

    def stop(self) -> None:
        """End the process and everything it started."""
        assert self._keeper.stdin is not None
        self._keeper.stdin.close()
        self._keeper.wait()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=2)
        try:
            connection.request("GET", "/")
            connection.getresponse()
            return True
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _keep_output(self, log: Path) -> None:
        assert self._keeper.stdout is not None
        with log.open("ab") as kept:
            for line in self._keeper.stdout:
                kept.write(line)
                kept.flush()
                self._last_lines.append(line.decode("utf-8", "replace"))


class Runner:
    """Runs the containers of task definitions."""

    def __init__(self, state: Path, images: Images, patterns: Callable[[], list[str]], env: Mapping[str, str]) -> None:
        self._state, self._images, self._patterns, self._env = state, images, patterns, env
        self._lock = threading.Lock()
        self._processes: list[Process] = []
        self._ended = False

    def run(self, container: Mapping[str, Any], is_superseded: Callable[[], bool]) -> Service:
        """Start a container of a pushed image, and return once it answers."""
        image = self._images.pull(container.get("image", ""))
        arguments = uvicorn_arguments(_command(image, container)) if image else None
        if image is None or arguments is None:
            return StandIn()
        needed, failure = ["uvicorn"], None
        for python in interpreters(self._patterns()):
            if not can_import(python, needed):
                continue
            process = self._start(python, image, arguments, container)
            try:
                process.wait_until_answering(is_superseded)
                return process
            except TaskFailure as error:
                failure = error
            # The image would have installed it: another interpreter may have it.
            missing = re.search(r"No module named '(\w+)", process.last_words())
            if missing is None:
                break
            needed.append(missing[1])
        if failure:
            raise failure
        return StandIn()

    def end(self) -> None:
        """Stop whatever runs, and start nothing more."""
        with self._lock:
            self._ended = True
            processes = list(self._processes)
        for process in processes:
            process.stop()

    def _start(self, python: str, image: Image, arguments: list[str], container: Mapping[str, Any]) -> Process:
        given = {one["name"]: one.get("value", "") for one in container.get("environment", [])}
        named = {name: image.on_this_machine(str(value)) for name, value in {**image.env, **given}.items()}
        # The image's own programs are not here.
        for name in ("PATH", "PYTHONHOME"):
            named.pop(name, None)
        home = self._state / "service-home"
        home.mkdir(exist_ok=True)
        env = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), "LANG": "C.UTF-8", **self._env, **named}
        folder = image.root / (container.get("workingDirectory") or image.workdir).lstrip("/")
        folder.mkdir(parents=True, exist_ok=True)
        port = _free_port()
        options = [image.on_this_machine(word) if word.startswith("/") else word for word in arguments]
        command = [python, "-m", "uvicorn", *options, "--host", "127.0.0.1", "--port", str(port)]
        with self._lock:
            if self._ended:
                raise TaskFailure("the world has ended")
            process = Process(command, port, folder, env, self._state / "service.log")
            self._processes.append(process)
            return process


def json_response(value: Any, status: int = 200) -> Response:
    """Make an answer of JSON."""
    return Response(json.dumps(value, default=str), status, mimetype="application/json")


def _command(image: Image, container: Mapping[str, Any]) -> list[str]:
    entrypoint, cmd = container.get("entryPoint"), container.get("command")
    if entrypoint:
        # As Docker has it: another entry point drops the image's command too.
        return [*entrypoint, *(cmd or [])]
    return [*image.entrypoint, *(cmd or image.cmd)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
