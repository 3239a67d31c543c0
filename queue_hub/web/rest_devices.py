"""``/api/v1/devices``: each device of the office as it says itself, with what the console shows of its troubles."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from queue_core.wire.messages import DeviceHealth, DeviceState
from queue_hub.device_names import device_name
from queue_hub.web.auth import Reader
from queue_hub.web.console_view import alert_words
from queue_hub.web.context import web_of
from queue_hub.web.rest import plain
from queue_hub.web.words import lang_of

router = APIRouter(tags=["devices"])
Lang = Annotated[str, Query(max_length=8)]


class TroubleView(BaseModel):
    """A device's present trouble, in words."""

    kind: str
    words: str
    since_ms: int


class DeviceView(BaseModel):
    """A device. ``state``: ``lost`` is one that ended without a word; ``unknown`` has not been heard of today."""

    id: str
    name: str
    kind: str
    state: Literal["init", "ready", "stopping", "lost", "unknown"]
    version: str
    health: DeviceHealth | None
    asof_ms: int
    troubles: list[TroubleView]


@router.get("/devices", response_model=list[DeviceView])
async def devices(request: Request, who: Reader, lang: Lang = "vi") -> Response:  # noqa: ARG001
    """All devices that are known: those of the configuration, and whoever has spoken."""
    web, lang = web_of(request), lang_of(lang)
    state = web.state
    said = web.settings.devices() if web.settings.devices else {}
    known = {*said, *(device.id for device in state.setup.devices), *(device for device, _ in state.alerts)}
    return plain([_view(one, said.get(one), state, lang) for one in sorted(known)])


def _view(device: str, said: DeviceState | None, state: Any, lang: str) -> dict[str, Any]:
    troubles = [
        TroubleView(kind=kind, words=alert_words(kind, lang), since_ms=ms)
        for (who, kind), ms in sorted(state.alerts.items())
        if who == device
    ]
    return DeviceView(
        id=device,
        name=device_name(state, device, lang),
        kind=said.kind if said else "other",
        state=said.state if said else "unknown",
        version=said.version if said else "",
        health=said.health if said else None,
        asof_ms=said.asof_ms if said else 0,
        troubles=troubles,
    ).model_dump(mode="json")
