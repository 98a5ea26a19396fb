"""AWS as a rehearsal sees it: moto's server, whose calls are journalled."""

import io
from collections.abc import Callable, Iterable
from typing import Any

from calls import has_description, read_call
from journal import Journals
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.s3.models import S3Backend, s3_backends
from moto.utilities.utils import get_partition
from werkzeug.serving import BaseWSGIServer, make_server

ACCOUNT = "123456789012"
# The access key the deployed service works with; all others are those of workflows.
TASK_KEY = "ASIATASKROLE"


class _Quiet(MotoRequestHandler):
    def log(self, *_: Any) -> None:
        """Say nothing: the journal holds more than the server's own log would."""


def serve_aws(journals: Journals) -> BaseWSGIServer:
    """Make AWS's server on a free port; it answers once it is told to serve."""
    app = _Journalled(DomainDispatcherApplication(create_backend_app), journals)
    return make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)


def object_store(region: str) -> S3Backend:
    """Return the object store of a region."""
    return s3_backends[ACCOUNT][get_partition(region)]


class _Journalled:
    def __init__(self, app: Callable[..., Iterable[bytes]], journals: Journals) -> None:
        self._app, self._journals = app, journals

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = b""
        if has_description(environ):
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            environ["wsgi.input"] = io.BytesIO(body)
        call = read_call(environ, body)
        if call.service != "sts":
            # A role to assume may be one of any account; what is rehearsed stands in this one.
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = ACCOUNT
        statuses: list[int] = []

        def note_status(status: str, headers: Any, exc_info: Any = None) -> Any:
            statuses.append(int(status.split()[0]))
            return start_response(status, headers, exc_info)

        try:
            return self._app(environ, note_status)
        finally:
            self._journals.append("aws", {**vars(call), "status": statuses[-1] if statuses else 500})
