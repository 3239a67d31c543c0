"""The authority's HTTPS service, and the same by a stick: a device's certificates, an office's deny list.

``POST /v1/enrol`` as in :mod:`provisioning.enrolment`; ``GET /v1/denied/{office}`` gives the office's deny list, PEM.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import ValidationError

from provisioning.apply import put
from provisioning.authority import Authority
from provisioning.enrolment import MAX_MESSAGE_BYTES, Answer, answer_path, dump_refusal, requests_on
from provisioning.enrolment import Request as EnrolRequest
from provisioning.errors import ProvisionError, TokenError

log = logging.getLogger(__name__)

_NAMES: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_REFUSED: Final = 403
_BAD: Final = 400


def answer(authority: Authority, data: bytes) -> Answer:
    """The answer to a device's request. Raises TokenError, ProvisionError enrol.bad_request."""
    try:
        request = EnrolRequest.model_validate_json(data)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_url=False, include_input=False)[0]["loc"])
        raise ProvisionError("enrol.bad_request", problem=where or "/") from None
    requests = {instance: text.encode() for instance, text in request.requests.items()}
    certificates = authority.enrol(request.token, request.device, requests)
    log.info("%s: enrolled %s", request.device, ", ".join(sorted(certificates)))
    texts = {instance: data.decode() for instance, data in certificates.items()}
    return Answer(certificates=texts, denied=authority.denied(request.device.partition("/")[0]).decode())


def answer_stick(authority: Authority, folder: Path) -> dict[str, ProvisionError | None]:
    """Answer every request on a stick, and refresh the deny lists of their offices; gives request → its refusal."""
    found: dict[str, ProvisionError | None] = {}
    for path in requests_on(folder):
        office = path.name.removeprefix("motcua-").partition("--")[0]
        try:
            put(answer_path(path), answer(authority, path.read_bytes()).model_dump_json().encode(), mode=0o600)
            for one in {office, *authority.province_wide}:
                put(folder / f"motcua-{one}.denied.pem", authority.denied(one), mode=0o644)
            found[path.name] = None
        except ProvisionError as error:
            put(answer_path(path), dump_refusal(error), mode=0o600)
            found[path.name] = error
    return found


def service(authority: Authority, on_ready: Callable[[], None] = lambda: None) -> FastAPI:
    """The web application; ``on_ready`` is called when it serves."""

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        on_ready()
        yield

    app = FastAPI(openapi_url=None, lifespan=life)

    @app.post("/v1/enrol")
    async def enrol(request: Request) -> Response:
        data = b""
        async for chunk in request.stream():
            data += chunk
            if len(data) > MAX_MESSAGE_BYTES:
                return Response(status_code=413)
        try:
            given = await run_in_threadpool(answer, authority, data)
        except ProvisionError as error:
            log.warning("refused: %s", error.key)
            code = _REFUSED if isinstance(error, TokenError) else _BAD
            return Response(dump_refusal(error), code, media_type="application/json")
        return Response(given.model_dump_json(), media_type="application/json")

    @app.get("/v1/denied/{office}")
    async def denied(office: str) -> Response:
        known = authority.folder / "offices" / f"{office}.pem"
        if not office or set(office) - _NAMES or not known.exists():
            return Response(status_code=404)
        return Response(await run_in_threadpool(authority.denied, office), media_type="application/x-pem-file")

    return app


def serve(authority: Authority, *, host: str, port: int, names: list[str], ready_file: Path | None) -> None:
    """Serve until told to stop (SIGINT, SIGTERM). ``ready_file`` gets the port."""
    import uvicorn

    listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound = listener.getsockname()[1]
    certificate, key = authority.serve_files(names)

    def ready() -> None:
        log.info("serving on port %d", bound)
        if ready_file is not None:
            put(ready_file, f"{bound}\n".encode(), mode=0o644)

    settings = uvicorn.Config(
        service(authority, ready), ssl_certfile=str(certificate), ssl_keyfile=str(key), log_level="warning",
        server_header=False, timeout_keep_alive=5, limit_concurrency=200,
    )  # fmt: skip
    uvicorn.Server(settings).run(sockets=[listener])
