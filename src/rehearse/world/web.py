"""What a rehearsal finds on the web: the deployed service, receivers of notifications, GitHub's token issuer."""

import base64
import json
import socket
import time
from collections.abc import Iterable
from typing import Any

from aws import object_store
from ecs import Deployments
from journal import Journals
from moto.core.exceptions import ServiceException
from report import report
from scenario import Scenario, ScenarioError
from service import json_response
from werkzeug import Request, Response
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """Say nothing: the journal holds more than the server's own log would."""


def serve_web(scenario: Scenario, journals: Journals, deployments: Deployments) -> BaseWSGIServer:
    """Make the web's server on a free port; it answers once it is told to serve."""
    return make_server("127.0.0.1", 0, _Web(scenario, journals, deployments), threaded=True, request_handler=_Quiet)


class _Web:
    def __init__(self, scenario: Scenario, journals: Journals, deployments: Deployments) -> None:
        self._scenario, self._journals, self._deployments = scenario, journals, deployments

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        if request.path == "/_world" or request.path.startswith("/_world/"):
            return self._world(request)(environ, start_response)
        # Read before anything is answered: an answer closes the connection.
        body = request.get_data()
        response, note = self._answer(request)
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = {"method": request.method, "path": request.full_path.rstrip("?")}
        status = response.status_code if response else 0
        text = body.decode("utf-8", "replace")
        self._journals.append("http", {**asked, "status": status, **note, "headers": headers, "body": text})
        if response is None:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionAbortedError
        return response(environ, start_response)

    def _answer(self, request: Request) -> tuple[Response | None, dict[str, str]]:
        if request.path.startswith("/_hooks/"):
            return self._hook(request), {}
        if request.path == "/_oidc":
            return json_response({"value": _token(request.args.get("audience", "sts.amazonaws.com"))}), {}
        if request.path.startswith("/_"):
            return json_response({"detail": "Not Found"}, 404), {}
        running = self._deployments.running
        if running is None:
            return json_response({"detail": "No service is deployed."}, 503), {}
        fault = None
        if running.task_definition != self._deployments.seeded:
            fault = self._fault(request, running.task_definition)
        return fault or running.service.answer(request), {"taskDefinition": running.task_definition}

    def _hook(self, request: Request) -> Response | None:
        if request.method != "POST":
            return Response("only POST is answered", 405)
        if self._scenario.hooks == "closed":
            return None
        return Response("failing", 500) if self._scenario.hooks == "failing" else Response("ok")

    def _fault(self, request: Request, task_definition: str) -> Response | None:
        if request.method in ("GET", "HEAD"):
            unwell = self._scenario.finds_unwell(task_definition)
            return json_response({"detail": "The service is not healthy."}, 503) if unwell else None
        match self._scenario.predict:
            case "failing":
                return json_response({"detail": "The service cannot predict."}, 503)
            case "empty":
                return json_response({"predictions": []})
            case "garbled":
                return Response('{"predictions": [', mimetype="application/json")
        return None

    def _world(self, request: Request) -> Response:
        object_path = request.path.removeprefix("/_world/s3/")
        if request.method == "PUT" and object_path != request.path:
            return self._store(*object_path.partition("/")[::2], request.get_data())
        if request.path == "/_world" and request.method == "POST":
            try:
                self._scenario.change(json.loads(request.get_data()))
            except (ValueError, ScenarioError) as error:
                return json_response({"error": str(error)}, 400)
            return json_response({})
        if request.path == "/_world" and request.method == "GET":
            return json_response(report(self._journals, self._deployments))
        return json_response({"error": "the world knows no such request"}, 404)

    def _store(self, bucket: str, key: str, value: bytes) -> Response:
        if not bucket or not key:
            return json_response({"error": "a bucket and a key are needed"}, 400)
        store = object_store(self._scenario.region)
        try:
            if bucket not in store.buckets:
                store.create_bucket(bucket, self._scenario.region)
            store.put_object(bucket, key, value)
        except ServiceException as error:
            return json_response({"error": str(error)}, 400)
        return json_response({})


def _token(audience: str) -> str:
    now = int(time.time())
    claims = {
        "iss": "https://token.actions.githubusercontent.com",
        "aud": audience,
        "sub": "rehearsal",
        "iat": now,
        "exp": now + 300,
    }
    parts = ({"alg": "none", "typ": "JWT"}, claims)
    return ".".join([*(_base64(json.dumps(part)) for part in parts), _base64("unsigned")])


def _base64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
