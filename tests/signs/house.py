"""Cables and units for the signs' tests: a null-modem of two ptys, and Modbus units, played by pymodbus, at its end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import threading
import time
import tty
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Self

from pymodbus.exceptions import NoSuchIdException
from pymodbus.server import ModbusSerialServer
from pymodbus.simulator import DataType, SimData, SimDevice

from queue_display.signs.line import Line
from queue_display.signs.wiring import Line as Wired
from queue_display.signs.wiring import Wiring, check_wiring

DEADLINE_S = 10.0


def eventually(true: Callable[[], Any], what: str = "") -> Any:
    """Wait until something is true; gives it."""
    deadline, pause = time.monotonic() + DEADLINE_S, threading.Event()
    while not (found := true()):
        assert time.monotonic() < deadline, what or "it did not come true"
        pause.wait(0.005)
    return found


class Cable:
    """Two ptys whose masters are joined. ``near`` is what the office opens, ``far`` where the units hang."""

    def __init__(self, folder: Path) -> None:
        self.near, self.far = folder / "ttyNear", folder / "ttyFar"
        #: what passes from the units to the office is changed so: noise, a wrong speed
        self.garble: Callable[[bytes], bytes] = lambda data: data
        self._ends: list[int] = []
        self._stop = (-1, -1)
        self._thread: threading.Thread | None = None

    def plug_in(self) -> None:
        pairs = [os.openpty(), os.openpty()]
        self._ends = [end for pair in pairs for end in pair]
        for end in self._ends:
            tty.setraw(end)
        for name, pair in zip((self.near, self.far), pairs, strict=True):
            name.symlink_to(os.ttyname(pair[1]))
        self._stop = os.pipe()
        self._thread = threading.Thread(target=self._pump, args=(pairs[0][0], pairs[1][0]), daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        if self._thread is None:
            return
        os.write(self._stop[1], b"x")
        self._thread.join(DEADLINE_S)
        self._thread = None
        for name in (self.near, self.far):
            name.unlink()
        for end in (*self._ends, *self._stop):
            os.close(end)

    def _pump(self, near: int, far: int) -> None:
        while True:
            ready, _, _ = select.select([near, far, self._stop[0]], [], [])
            if self._stop[0] in ready:
                return
            for source, target in ((near, far), (far, near)):
                if source in ready:
                    with contextlib.suppress(OSError):
                        data = os.read(source, 4096)
                        os.write(target, self.garble(data) if source == far else data)


class Units:
    """Modbus RTU units at some addresses, each with 64 holding registers; an address not listed is silent."""

    def __init__(self, port: Path, addresses: list[int]) -> None:
        self._port = port
        self._words = {address: [0] * 64 for address in addresses}
        #: units that have no power
        self.off: set[int] = set()
        #: units that say yes and keep this instead
        self.lying: dict[int, int] = {}
        self._asked = dict.fromkeys(addresses, 0)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._up = threading.Event()

    def start(self) -> Units:
        self._thread.start()
        assert self._up.wait(DEADLINE_S)
        return self

    def stop(self) -> None:
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(DEADLINE_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(DEADLINE_S)
        self._loop.close()

    def word(self, address: int, at: int) -> int:
        return self._words[address][at]

    def put(self, address: int, at: int, word: int) -> None:
        self._words[address][at] = word

    def was_asked(self, address: int) -> None:
        """Wait until a unit has been spoken to twice from now on: what it says now is known."""
        count = self._asked[address] + 2
        eventually(lambda: self._asked[address] >= count, f"unit {address} was not asked")

    def power_cut(self, address: int) -> None:
        self._words[address] = [0] * 64

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.run_forever()

    async def _serve(self) -> None:
        devices = [
            SimDevice(id=address, simdata=_registers(), action=partial(self._act, address)) for address in self._words
        ]
        self._server = ModbusSerialServer(devices, port=str(self._port), baudrate=9600, ignore_missing_devices=True)
        await self._server.listen()
        self._up.set()

    async def _shut(self) -> None:
        await self._server.shutdown()  # type: ignore[no-untyped-call]

    async def _act(
        self, unit: int, _function: int, _start: int, at: int, count: int, current: list[int],
        written: list[int] | list[bool] | None,
    ) -> None:  # fmt: skip
        self._asked[unit] += 1
        if unit in self.off:
            raise NoSuchIdException  # which this server answers with silence
        words = self._words[unit]
        for place in range(count):
            if written is not None:
                words[at + place] = self.lying.get(unit, int(written[place]))
            else:
                current[at + place] = words[at + place]


def _registers() -> SimData:
    return SimData(0, count=64, values=0, datatype=DataType.REGISTERS)


def line_of(port: Path, *signs: dict[str, Any], keypads: tuple[dict[str, Any], ...] = (), **more: Any) -> Wired:
    """A line as the wiring file has it, checked."""
    values = {"id": "day-1", "port": str(port), "answer_ms": 120, "signs": signs, "keypads": keypads, **more}
    wiring = Wiring.model_validate({"lines": [values]})
    check_wiring(wiring)
    return wiring.lines[0]


class Running:
    """A line at work; what it pressed, in order."""

    def __init__(self, wired: Wired, *, again_s: float = 0.2) -> None:
        self.presses: list[tuple[str, str]] = []
        self.faults: list[BaseException] = []
        self.line = Line(
            wired,
            pressed=lambda counter, key: self.presses.append((counter, key)),
            changed=lambda: None,
            again_s=again_s,
            port_s=0.05,
            fatal=self.faults.append,
        )

    def __enter__(self) -> Self:
        self.line.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.line.stop()
        assert not self.faults
