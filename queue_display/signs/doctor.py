"""Counter signs for the doctor: do their ports open, and does every sign show 8888. ``--device signs=WIRING.yaml``."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from queue_core.errors import MotcuaError, register
from queue_kit.doctor import Check, Doing, Outcome, Setting, absent, ok

if TYPE_CHECKING:
    from queue_display.signs.protocols import SerialSign
    from queue_display.signs.wiring import Line, Wiring

_TRIAL: Final = "8888"
#: somebody walks along the counters and looks
_LOOK_S: Final = 8.0
register(
    {
        "doctor.signs": ("Mở được {count} cổng: {names}", "{count} ports open: {names}"),
        "doctor.shown": (
            "Đã hiện 8888 ở: {names}. Mỗi bảng phải sáng đủ mọi nét.",
            "8888 was shown at: {names}. Every stroke of each sign must have been lit.",
        ),
        "doctor.look_now": ("Các bảng đang hiện 8888, hãy đi xem…", "The signs show 8888 now: go and look…"),
    }
)


def checks(setting: Setting) -> list[Check]:
    """The lines' ports; every sign on a line lit."""
    return [
        Check(name="signs", code=37, vi="Bảng quầy", en="Counter signs", run=lambda _doing: _ports(setting)),
        Check(
            name="show", code=55, vi="Hiện 8888", en="Show 8888", acts=True, deadline_s=40.0,
            run=lambda doing: _show(setting, doing),
        ),
    ]  # fmt: skip


def _wiring(setting: Setting) -> Wiring | None:
    """What hangs where. Raises the file's keyed errors."""
    from queue_display.signs.wiring import read_wiring

    file = setting.more.get("signs")
    return read_wiring(Path(file)) if file else None


def _ports(setting: Setting) -> Outcome:
    from queue_display.signs.port import open_port

    wiring = _wiring(setting)
    if wiring is None or not wiring.lines:
        return absent()
    for line in wiring.lines:
        with open_port(line):
            pass
    return ok("doctor.signs", count=len(wiring.lines), names=", ".join(line.port for line in wiring.lines))


def _show(setting: Setting, doing: Doing) -> Outcome:
    """Each sign is tried though another failed; the first one's trouble is told. Afterwards they are blank."""
    from queue_display.signs.shows import Show

    wiring = _wiring(setting)
    names = [sign.counter for line in wiring.lines for sign in line.signs] if wiring else []
    if wiring is None or not names:
        return absent()
    errors = list(_tell(wiring, Show(number=_TRIAL)))
    said = ok("doctor.look_now")
    doing.tell(said.vi, said.en)
    threading.Event().wait(_LOOK_S)
    errors += _tell(wiring, Show())
    if errors:
        raise errors[0]
    return ok("doctor.shown", names=", ".join(names))


def _tell(wiring: Wiring, show: Any) -> Iterator[MotcuaError]:
    """What went wrong, sign by sign."""
    from queue_display.signs.port import line_errors, open_port

    for line in wiring.lines:
        try:
            with open_port(line) as port:
                for sign in _signs(line):
                    try:
                        with line_errors(line):
                            sign.send(port, show)
                    except MotcuaError as error:
                        yield error
        except MotcuaError as error:
            yield error


def _signs(line: Line) -> list[SerialSign]:
    from queue_display.signs.protocols.modbus import ModbusNumberSign
    from queue_display.signs.protocols.text import TextFrameSign
    from queue_display.signs.wiring import ModbusSign

    return [
        ModbusNumberSign(one, echo=line.echo) if isinstance(one, ModbusSign) else TextFrameSign(one)
        for one in line.signs
    ]
