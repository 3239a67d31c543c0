"""An officer at the console, without a browser: logs in as the page does and presses its buttons over HTTP."""

from __future__ import annotations

import http.client
import json
import re
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from queue_core.errors import MotcuaError, register

register(
    {
        "console.unreadable": (
            "Trang của cán bộ trả lời không đọc được ({status}).",
            "The console's answer cannot be read ({status}).",
        )
    }
)


class OfficerClient:
    """One keep-alive connection with a session. Not thread-safe. Raises OSError when the hub is away."""

    def __init__(self, port: int, *, host: str = "127.0.0.1", timeout_s: float = 10.0) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=timeout_s)
        self._cookies: dict[str, str] = {}
        self._csrf = ""

    def log_in(self, username: str, password: str) -> None:
        """Fill in the form; keep the session and its CSRF token."""
        page = self._send("GET", "/login").decode()
        token = re.search(r'name="form_token" value="([^"]+)"', page)
        form = urlencode({"form_token": token.group(1) if token else "", "username": username, "password": password})
        self._send("POST", "/login", form.encode(), {"content-type": "application/x-www-form-urlencoded"})
        found = re.search(r'<script[^>]* id="facts">(.*?)</script>', self._send("GET", "/choose").decode(), re.DOTALL)
        if found is None:
            raise MotcuaError("console.unreadable", status="no session")
        self._csrf = str(json.loads(found.group(1))["csrf"])

    def post(self, path: str, body: dict[str, Any] | None = None, *, key: str | None = None) -> dict[str, Any]:
        """Press a button: ``path`` below ``/api/v1``. Raises the keyed refusal of the hub."""
        headers = {"content-type": "application/json", "x-csrf-token": self._csrf}
        if key is not None:
            headers["idempotency-key"] = key
        return self._json(self._send("POST", f"/api/v1{path}", json.dumps(body or {}).encode(), headers))

    def get(self, path: str) -> dict[str, Any]:
        """Look at something below ``/api/v1``."""
        return self._json(self._send("GET", f"/api/v1{path}"))

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()

    def _json(self, raw: bytes) -> dict[str, Any]:
        values = json.loads(raw)
        if isinstance(values, dict) and "key" in values and "vi" in values:
            raise MotcuaError(str(values["key"]), **{k: v for k, v in values.items() if k not in {"key", "vi", "en"}})
        return values if isinstance(values, dict) else {"value": values}

    def _send(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> bytes:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        try:
            sent = {**(headers or {}), **({"cookie": cookies} if cookies else {})}
            self._connection.request(method, path, body, sent)
            answer = self._connection.getresponse()
            raw = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise ConnectionError(str(error)) from error
        for line in answer.headers.get_all("set-cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
        return raw
