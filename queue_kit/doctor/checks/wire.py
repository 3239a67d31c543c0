"""Network, broker, and whether the hub is heard."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Final

from queue_kit.doctor.check import Check, Doing, Outcome, absent, failed, ok, unknown
from queue_kit.doctor.setting import Setting

if TYPE_CHECKING:
    from pathlib import Path

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
#: a hub beats every 5 s
_BEAT_S: Final = 7.0
_CONNECT_S: Final = 4.0
_NOT_AUTHORIZED: Final = frozenset({134, 135})


def checks(setting: Setting) -> list[Check]:
    """What lies between this machine and the hub."""
    return [
        Check(name="network", code=11, vi="Mạng", en="Network", run=lambda _doing: _network(setting)),
        Check(name="broker", code=12, vi="Máy chủ tin", en="Broker", run=lambda doing: _broker(setting, doing)),
        Check(
            name="hub",
            code=13,
            vi="Trung tâm",
            en="Hub",
            run=lambda doing: _hub(setting, doing),
            deadline_s=_BEAT_S + 4,
        ),
    ]


def _network(setting: Setting) -> Outcome:
    links = {folder.name: _up(folder) for folder in sorted(setting.root.glob("sys/class/net/*")) if folder.name != "lo"}
    up = [name for name, there in links.items() if there]
    if up:
        return ok("doctor.network", names=", ".join(up))
    if setting.broker_host is None or setting.broker_host in _LOOPBACK:
        return absent("doctor.network_alone")
    return failed("doctor.network_down", names=", ".join(links) or "–")


def _up(folder: Path) -> bool:
    try:
        return (folder / "carrier").read_text(encoding="ascii").strip() == "1"
    except OSError:  # a link that is switched off has no carrier to read
        return False


def _broker(setting: Setting, doing: Doing) -> Outcome:
    """Whether a broker answers. Without an account it must refuse us: that it does is its answer."""
    if setting.broker_host is None:
        return absent()
    began_s = time.monotonic()
    code, problem, _ = _call(setting, min(doing.until_s, began_s + _CONNECT_S), topic=None)
    where = {"host": setting.broker_host, "port": setting.broker_port}
    if code is None:
        return failed("doctor.broker_away", **where, problem=problem)
    if code in _NOT_AUTHORIZED and setting.broker_username:
        return failed("doctor.broker_refused", **where, username=setting.broker_username)
    if code and code not in _NOT_AUTHORIZED:
        return failed("doctor.broker_away", **where, problem=problem)
    return ok("doctor.broker", **where, ms=round((time.monotonic() - began_s) * 1000))


def _hub(setting: Setting, doing: Doing) -> Outcome:
    from queue_core.wire.topics import Topics

    if setting.broker_host is None:
        return absent()
    if not setting.broker_username:
        return unknown("doctor.hub_unasked")
    topic = Topics(setting.province, setting.office).beat
    code, problem, heard = _call(setting, min(doing.until_s, time.monotonic() + _CONNECT_S + _BEAT_S), topic=topic)
    if code is None or code:
        return failed("doctor.broker_away", host=setting.broker_host, port=setting.broker_port, problem=problem)
    return ok("doctor.hub") if heard else failed("doctor.hub_silent", seconds=round(_BEAT_S))


def _call(setting: Setting, until_s: float, *, topic: str | None) -> tuple[int | None, str, bool]:
    """Connect once: the broker's reason code (None: no answer), what was wrong, and whether ``topic`` was heard."""
    from paho.mqtt.client import Client, MQTTv5
    from paho.mqtt.enums import CallbackAPIVersion

    said: dict[str, Any] = {"code": None, "problem": "timed out"}
    answered, heard = threading.Event(), threading.Event()

    def on_connect(client: Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        said["code"], said["problem"] = int(reason.value), str(reason)
        if topic is not None and not reason.value:
            client.subscribe(topic)
        answered.set()

    client = Client(CallbackAPIVersion.VERSION2, client_id=setting.broker_username or "", protocol=MQTTv5)
    client.on_connect = on_connect
    client.on_message = lambda *_: heard.set()
    if setting.broker_username:
        client.username_pw_set(setting.broker_username, setting.broker_password)
    client.connect_timeout = max(0.1, until_s - time.monotonic())
    try:
        client.connect(setting.broker_host or "", setting.broker_port, keepalive=30)
    except (OSError, ValueError) as error:
        return None, str(error) or type(error).__name__, False
    client.loop_start()
    try:
        answered.wait(max(0.0, until_s - time.monotonic()))
        if topic is not None and said["code"] == 0:
            heard.wait(max(0.0, until_s - time.monotonic()))
    finally:
        client.disconnect()
        client.loop_stop()
    return said["code"], said["problem"], heard.is_set()
