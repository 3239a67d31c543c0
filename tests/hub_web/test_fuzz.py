"""Whatever is sent to any endpoint of the description: an answer in its terms, never a 500, and the hub lives on."""

from __future__ import annotations

import json
import random
from typing import Any

import httpx

from tests.hub_web.house import House

TRIES_AN_OPERATION = 40
STRANGE: list[Any] = [
    None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, -(2**70), 1e308, 0.1, "", " ", "a", "ho-tich", "quay-1", "1-1",
    "A001", "x" * 70, "x" * 5000, "<script>alert(1)</script>", "'; DROP TABLE account; --", "../../etc/passwd",
    "\x00", "\u202e", "Đ" * 40, "\ud800", "000000", "123456", "2026-11-24T08:00:00", "2026-02-30", "9999-99-99",
    "0001-01-01", [], {}, [[]], {"vi": 1}, [{}], {"": ""}, "NaN", "waiting", "officer", "lan", "first",
]  # fmt: skip
USUAL = [
    "H00.00-261123-0001",
    "ho-tich",
    "quay-1",
    "quay-2",
    "cao-tuoi",
    "1-1",
    "1-2",
    "123456",
    "kiosk-1",
    "vi",
    "2026-11-25",
]
IN_PATHS = {
    "counter_id": ["quay-1", "quay-2"], "ticket_id": ["1-1", "1-2"], "service_id": ["ho-tich"],
    "device_id": ["kiosk-1"], "username": ["first", "lan", "LAN"], "code": ["123456", "000000"], "of": ["k-1"],
    "token_id": ["abcd"], "number": ["01", "04"], "month": ["2026-11", "2019-13"], "tablet_id": ["abcd", "zz"],
}  # fmt: skip


def value(rng: random.Random, schema: dict[str, Any], document: dict[str, Any], depth: int = 0) -> Any:
    """Something like the schema, or not at all."""
    if rng.random() < 0.3 or depth > 4:
        return rng.choice(STRANGE)
    if "$ref" in schema:
        return value(rng, document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], document, depth)
    for many in ("anyOf", "oneOf"):
        if many in schema:
            return value(rng, rng.choice(schema[many]), document, depth + 1)
    if "enum" in schema:
        return rng.choice(schema["enum"])
    match schema.get("type"):
        case "object":
            names = schema.get("properties", {"x": {}})
            return {k: value(rng, v, document, depth + 1) for k, v in names.items() if rng.random() < 0.9}
        case "array":
            return [value(rng, schema.get("items", {}), document, depth + 1) for _ in range(rng.randrange(3))]
        case "boolean":
            return rng.random() < 0.5
        case "integer":
            return rng.choice([0, 1, 3, -5, 2**40])
        case _:
            return rng.choice(USUAL)


def segment(rng: random.Random, name: str) -> str:
    strange = [str(x) for x in STRANGE if isinstance(x, (str, int)) and str(x)]
    return rng.choice(IN_PATHS[name]) if rng.random() < 0.6 else rng.choice(strange)


def test_never_a_500(house: House, seed: int) -> None:
    rng = random.Random(seed)
    admin = house.officer("boss", "administrator")
    house.issue()
    house.issue("chung-thuc")
    document = httpx.get(house.url + "/api/v1/openapi.json").json()
    told: dict[int, int] = {}
    for path, operations in sorted(document["paths"].items()):
        if path.endswith(("/live", "/day/close")):
            continue
        for method, operation in sorted(operations.items()):
            for _ in range(TRIES_AN_OPERATION):
                where = path
                for name in [p["name"] for p in operation.get("parameters", []) if p["in"] == "path"]:
                    where = where.replace("{" + name + "}", _quoted(segment(rng, name)))
                schema = (
                    operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
                )
                body = json.dumps(value(rng, schema, document)).encode() if schema else b""
                answer = admin.http.request(
                    method.upper(), where, content=body,
                    headers={"x-csrf-token": admin.csrf, "content-type": "application/json"},
                    params={"lang": rng.choice(["vi", "en", "xx", "\x00"])},
                )  # fmt: skip
                told[answer.status_code] = told.get(answer.status_code, 0) + 1
                assert answer.status_code < 500, (seed, method, where, body, answer.text)
                if answer.status_code >= 400:
                    assert {"key", "vi", "en"} <= answer.json().keys(), (where, answer.text)
                if answer.status_code == 401:  # it has changed its own password or removed itself
                    admin = house.officer(f"boss{len(told)}{rng.randrange(10**6)}", "administrator")
    assert told[200] > 50
    assert told[422] > 50
    assert house.engine.alive
    assert house.engine.journal.verify() is None


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text.encode("utf-8", "replace"), safe="")
