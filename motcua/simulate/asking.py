"""How the people of a simulated day ask: citizens by MQTT as a kiosk does, officers by HTTP as the console does.

Whoever gets no answer asks again with the same request id (or ``Idempotency-Key``) until there is one. Each question
and its answer becomes an :class:`~motcua.simulate.notes.Act`.
"""

from __future__ import annotations

import http.client
import json
import secrets
import threading
import time
from typing import Any, Final

from motcua.simulate.notes import Act
from motcua.simulate.stage import Stage
from queue_core.errors import MotcuaError, register
from queue_core.wire.bus import Bus
from queue_core.wire.errors import WireError
from queue_core.wire.messages import CancelRequestRequest, CheckInRequest, IssueRequest, Reply, Request, SlipRequest

PATIENCE_S: Final = 90.0
TRY_S: Final = 1.5
_AGAIN: Final = frozenset({"wire.away", "wire.timeout", "wire.cut", "wire.too_many", "request.busy"})
_BUSY: Final = 503
register(
    {
        "simulate.no_answer": (
            "Không có câu trả lời cho “{what}” sau {seconds} giây.",
            "“{what}” was not answered within {seconds} s.",
        )
    }
)


def new_id() -> str:
    """A request's identity."""
    return secrets.token_hex(12)


class KioskMouth:
    """One kiosk's requests. Thread-safe."""

    def __init__(self, stage: Stage, client: str) -> None:
        self.client = client
        self._stage = stage
        self._bus: Bus = stage.join(client, kind="kiosk")

    def issue(self, wave: int, request: IssueRequest | CheckInRequest, **details: Any) -> Act:
        """Ask for a number."""
        verb = "check_in" if isinstance(request, CheckInRequest) else "issue"
        return self._ask(wave, verb, request, **details)

    def send_only(self, request: IssueRequest) -> None:
        """Ask, and not wait: whoever stood there has gone, or could not wait."""
        self._stage.gate.wait(PATIENCE_S)
        try:
            self._bus.request("issue", request, timeout_s=0.0005)
        except WireError:
            return

    def cancel(self, wave: int, of: str, **details: Any) -> Act:
        """The citizen left."""
        return self._ask(wave, "cancel", CancelRequestRequest(request_id=new_id(), of=of), **details)

    def slip(self, ticket: str, number: str, why: str) -> Act:
        """The slip came out, or not."""
        request = SlipRequest(request_id=new_id(), ticket=ticket, ok=not why, why=why)
        return self._ask(0, "slip", request, ticket=ticket, number=number, why=why)

    def _ask(self, wave: int, verb: str, request: Request, **details: Any) -> Act:
        sent_s = time.monotonic()
        clock_ms = self._stage.clock_ms
        tries, reply = 0, None
        while reply is None:
            if time.monotonic() - sent_s > PATIENCE_S:
                raise MotcuaError("simulate.no_answer", what=f"{self.client} {verb}", seconds=PATIENCE_S)
            self._stage.gate.wait(PATIENCE_S)
            tries += 1
            try:
                reply = self._bus.request(verb, request, timeout_s=TRY_S)
            except WireError as error:
                if error.key not in _AGAIN:
                    raise
                self._bus.wait_connected(1.0)
            else:
                if reply.error is not None and reply.error.key in _AGAIN:
                    reply = None
        return self._note(wave, verb, request, reply, sent_s=sent_s, clock_ms=clock_ms, tries=tries, details=details)

    def _note(
        self, wave: int, verb: str, request: Request, reply: Reply, *, sent_s: float, clock_ms: int, tries: int,
        details: dict[str, Any],
    ) -> Act:  # fmt: skip
        body = reply.ticket
        ticket = body.ticket if body else details.pop("ticket", None)
        number = body.number if body else details.pop("number", None)
        if body is not None:
            details |= {"issued_ms": body.issued_ms, "follow_url": body.follow_url, "service": body.service}
            details["body"] = body.model_dump(mode="json")
        for name in ("ticket", "number"):
            details.pop(name, None)
        return self._stage.notes.act(
            Act(
                who=self.client,
                verb=verb,
                clock_ms=clock_ms,
                sent_s=sent_s,
                answered_s=time.monotonic(),
                wave=wave,
                key=reply.error.key if reply.error else "",
                seq=reply.rev.seq if reply.rev else None,
                ticket=ticket,
                number=number,
                request_id=request.request_id,
                tries=tries,
                details=details,
            )
        )


class ConsoleHand:
    """One officer's console: one connection, one request at a time, from whichever thread."""

    def __init__(self, stage: Stage, username: str) -> None:
        self.username = username
        self._stage = stage
        self._connection: http.client.HTTPConnection | None = None
        self._busy = threading.Lock()

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def look(self, path: str) -> Any:
        """Read something."""
        return self._until_answered("GET", path, None, "")[1]

    def send(self, path: str, body: dict[str, Any], key: str) -> tuple[int, Any]:
        """Do something that is nobody's ticket."""
        status, answer, _ = self._until_answered("POST", path, body, key)
        return status, answer

    def do(
        self, wave: int, verb: str, path: str, body: dict[str, Any] | None = None, *, counter: str | None = None,
        ticket: str | None = None, number: str | None = None, key: str = "", **details: Any,
    ) -> Act:  # fmt: skip
        """Do something and note it. ``ticket``: the one it is meant for, where the answer names none."""
        sent_s, clock_ms, key = time.monotonic(), self._stage.clock_ms, key or new_id()
        status, answer, tries = self._until_answered("POST", path, body, key)
        found = answer.get("ticket") if status < http.client.BAD_REQUEST else None
        if isinstance(found, dict):
            ticket, number = found["id"], found["number"]
            details["status"] = found["status"]
        return self._stage.notes.act(
            Act(
                who=f"officer:{self.username}",
                verb=verb,
                clock_ms=clock_ms,
                sent_s=sent_s,
                answered_s=time.monotonic(),
                wave=wave,
                key="" if status < http.client.BAD_REQUEST else str(answer.get("key", status)),
                seq=answer.get("seq"),
                counter=counter,
                ticket=ticket,
                number=number,
                request_id=key,
                tries=tries,
                details=details,
            )
        )

    def _until_answered(self, method: str, path: str, body: dict[str, Any] | None, key: str) -> tuple[int, Any, int]:
        began_s, tries = time.monotonic(), 0
        while time.monotonic() - began_s < PATIENCE_S:
            self._stage.gate.wait(PATIENCE_S)
            tries += 1
            try:
                with self._busy:
                    status, answer = self._once(method, path, body, key)
            except (OSError, http.client.HTTPException, ValueError):
                self._stage.gate.wait(1.0)
                continue
            if status != _BUSY or answer.get("key") != "request.busy":
                return status, answer, tries
        raise MotcuaError("simulate.no_answer", what=f"{self.username} {method} {path}", seconds=PATIENCE_S)

    def _once(self, method: str, path: str, body: dict[str, Any] | None, key: str) -> tuple[int, Any]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._stage.http_port, timeout=5.0)
        secret, csrf = self._stage.sessions[self.username]
        headers = {"cookie": f"motcua={secret}", "x-csrf-token": csrf}
        data = None
        if method == "POST":
            headers |= {"content-type": "application/json", "idempotency-key": key}
            data = json.dumps(body or {}).encode()
        try:
            self._connection.request(method, f"/api/v1{path}", data, headers)
            response = self._connection.getresponse()
            return response.status, json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError):
            self.close()  # what is left on it belongs to nobody
            raise
