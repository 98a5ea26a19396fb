"""What a request to AWS asks for."""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote

# Bodies beyond these are data, which nobody journals.
DESCRIBING = ("application/x-amz-json", "application/json", "application/x-www-form-urlencoded")

NOT_JOURNALLED = ("Action", "Version", "WebIdentityToken")

OBJECT_ACTIONS = {
    "GET": "GetObject",
    "PUT": "PutObject",
    "HEAD": "HeadObject",
    "DELETE": "DeleteObject",
    "POST": "CompleteMultipartUpload",
}
BUCKET_ACTIONS = {
    "GET": "ListObjects",
    "PUT": "CreateBucket",
    "HEAD": "HeadBucket",
    "DELETE": "DeleteBucket",
    "POST": "DeleteObjects",
}


@dataclass(frozen=True)
class Call:
    """An AWS call: what is asked of which service, where, and by whom."""

    action: str
    service: str
    region: str | None
    key: str | None
    params: dict[str, Any]


def has_description(environ: dict[str, Any]) -> bool:
    """Tell whether the body of a request says what it asks for."""
    return environ.get("CONTENT_TYPE", "").startswith(DESCRIBING) and bool(environ.get("CONTENT_LENGTH"))


def read_call(environ: dict[str, Any], body: bytes) -> Call:
    """Read from a request, whichever of AWS's protocols it speaks, what it asks for."""
    path = environ.get("PATH_INFO", "/")
    key, region, service = _signed(environ)
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    rpc = re.search(r"^/service/[^/]+/operation/(\w+)$", path)
    form = {} if target or rpc else dict(parse_qsl(body.decode("utf-8", "replace")))
    if target:
        return Call(target.split(".")[-1], service or target.split("_")[0].lower(), region, key, _json(body))
    if rpc:
        return Call(rpc[1], service or path.split("/")[2].lower(), region, key, {})
    if "Action" in form:
        params = {name: value for name, value in form.items() if name not in NOT_JOURNALLED}
        # The only calls without a signature are those that hand out credentials.
        return Call(form["Action"], service or "sts", region, key, params)
    if service in (None, "s3"):
        action, params = _s3(environ, path)
        return Call(action, "s3", region, key, params)
    return Call(f"{environ['REQUEST_METHOD']} {path}", service, region, key, {})


def _signed(environ: dict[str, Any]) -> tuple[str | None, str | None, str | None]:
    scope = re.search(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
    if scope is None:
        # A presigned address carries the same in its query.
        query = unquote(environ.get("QUERY_STRING", ""))
        scope = re.search(r"X-Amz-Credential=([^/&]+)/\d+/([^/&]+)/([^/&]+)/", query)
    return (scope[1], scope[2], scope[3]) if scope else (None, None, None)


def _json(body: bytes) -> dict[str, Any]:
    try:
        params = json.loads(body or b"{}")
    except ValueError:
        return {}
    return params if isinstance(params, dict) else {}


def _s3(environ: dict[str, Any], path: str) -> tuple[str, dict[str, Any]]:
    # A WSGI path is UTF-8 that was read as Latin-1.
    bucket, _, name = path.encode("latin-1").decode("utf-8", "replace").lstrip("/").partition("/")
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    method = environ["REQUEST_METHOD"]
    if not bucket:
        return "ListBuckets", {}
    if not name:
        listing = "ListObjectsV2" if "list-type" in query else BUCKET_ACTIONS.get(method, method)
        return listing, {"Bucket": bucket}
    action = OBJECT_ACTIONS.get(method, method)
    if method == "PUT" and "partNumber" in query:
        action = "UploadPart"
    elif method == "PUT" and "HTTP_X_AMZ_COPY_SOURCE" in environ:
        action = "CopyObject"
    elif method == "POST" and "uploads" in query:
        action = "CreateMultipartUpload"
    return action, {"Bucket": bucket, "Key": name}
