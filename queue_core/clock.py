"""Where the time comes from, and how far it is believed.

A Pi has no clock of its own. :class:`TrustedClock` turns raw readings into moments: within one boot a jump of the
system clock is not believed unless a better source brings it; a new boot whose clock lies before the *floor* (the
last journal event or the build) or, from a mere RTC, half a year after it, knows no time. A supervisor may vouch for a
clock that jumped and is right now (source ``hand``). Local time is
Asia/Ho_Chi_Minh, which has had no daylight saving since 1975: a fixed +07:00 (IANA tz database).
"""

from __future__ import annotations

import ctypes
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Final, Protocol

VIETNAM: Final = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
#: better sources have higher ranks
SOURCE_RANK: Final = {"floor": 0, "rtc": 1, "hand": 2, "system": 2, "ntp": 3, "simulated": 4}
#: build time of this software: no event can be earlier (2026-11-01)
BUILD_FLOOR_MS: Final = 1_793_491_200_000
JUMP_BELIEVED_MS: Final = 120_000
RTC_FAR_AHEAD_MS: Final = 183 * 86_400_000
#: a hardware clock that is farther from the system's time did not set it; a month of its own drift is less
_RTC_AGREES_S: Final = 120
_TIME_ERROR: Final = 5  # adjtimex(2): the clock is not synchronised


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at the system's clocks: UTC and monotonic milliseconds, this boot's id, the source of UTC."""

    utc_ms: int
    mono_ms: int
    boot_id: str
    source: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A believed time. ``known`` is false while nobody can tell the date. ``jump_ms``: a jump just refused."""

    utc_ms: int
    mono_ms: int
    boot_id: str
    source: str
    jump_ms: int = 0
    corrected_ms: int = 0

    @property
    def known(self) -> bool:
        """Whether hours and dates may be judged by it."""
        return self.source != "floor"

    @property
    def local(self) -> datetime:
        """Local wall time in Vietnam."""
        return local(self.utc_ms)

    @property
    def date(self) -> str:
        """Today in Vietnam, ISO."""
        return self.local.date().isoformat()


def local(utc_ms: int) -> datetime:
    """UTC milliseconds → local wall time in Vietnam."""
    return datetime.fromtimestamp(utc_ms / 1000, UTC).astimezone(VIETNAM)


def utc_ms_of(day: date, minutes: int) -> int:
    """Local ``minutes`` after midnight of a day in Vietnam → UTC milliseconds."""
    return int((datetime(day.year, day.month, day.day, tzinfo=VIETNAM) + timedelta(minutes=minutes)).timestamp() * 1000)


class Clock(Protocol):
    """A source of readings."""

    def read(self) -> Reading:
        """Look at the clocks; never blocks."""
        ...


class SystemClock:
    """The machine's clocks. ``source``: forced, or None to ask the kernel (NTP) and sysfs (RTC)."""

    def __init__(self, *, source: str | None = None) -> None:
        self._source = source
        self._asked_ms = -(10**9)
        self._found = "floor"
        self.boot_id = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()

    def read(self) -> Reading:
        """UTC, monotonic (counting sleep), boot id, source; the source is asked at most every 5 s."""
        mono_ms = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
        if self._source is None and mono_ms - self._asked_ms > 5_000:
            self._asked_ms, self._found = mono_ms, kernel_source()
        return Reading(time.time_ns() // 1_000_000, mono_ms, self.boot_id, self._source or self._found)


def kernel_source(clocks: Path = Path("/sys/class/rtc")) -> str:
    """``ntp`` if the kernel's clock is synchronised, ``rtc`` if a hardware clock set it, else ``floor``.

    ``clocks``: the kernel's folder of hardware clocks.
    """
    buffer = ctypes.create_string_buffer(512)  # struct timex, modes 0: read only
    if ctypes.CDLL(None).adjtimex(buffer) not in (-1, _TIME_ERROR):
        return "ntp"
    return "rtc" if any(_set_the_time(clock) for clock in clocks.glob("rtc*")) else "floor"


def _set_the_time(clock: Path) -> bool:
    """Whether the system's time is this hardware clock's.

    One whose battery is empty begins in its own past, and something else (the software's build, the journal's last
    event) moved the system's time on: then nobody knows the date, though the kernel once took the clock's.
    """
    try:
        taken = (clock / "hctosys").read_text(encoding="ascii").strip() == "1"
        away_s = abs(int((clock / "since_epoch").read_text(encoding="ascii")) - time.time())
    except (OSError, ValueError):
        return False
    return taken and away_s <= _RTC_AGREES_S


class SimulatedClock:
    """Time that is told: for simulated days only. A journal written by it is marked so for ever."""

    def __init__(self, utc_ms: int) -> None:
        self.utc_ms = utc_ms

    def set(self, utc_ms: int) -> None:
        """Go on to a later time; an earlier one is ignored."""
        self.utc_ms = max(self.utc_ms, utc_ms)

    def read(self) -> Reading:
        """The told time; monotonic time is the same."""
        return Reading(self.utc_ms, self.utc_ms, "simulated", "simulated")


class TrustedClock:
    """Judges a clock's readings against the last believed one. Not thread-safe: the engine's thread owns it."""

    def __init__(self, clock: Clock, *, floor_ms: int, last: Reading | None = None) -> None:
        """``floor_ms``: no event can be earlier; ``last``: the journal's last stamp (believed) if there is one."""
        self._clock = clock
        self._floor_ms = floor_ms
        self._last = last
        self._vouched = False

    def vouch(self) -> None:
        """Somebody has looked at the machine's clock: whatever it says at the next look is the time."""
        self._vouched = True

    def now(self) -> Moment:
        """The believed time of now."""
        raw = self._clock.read()
        if self._last is None or self._last.boot_id != raw.boot_id:
            moment = self._first_of_boot(raw)
        else:
            moment = self._next(raw, self._last)
        self._last = Reading(moment.utc_ms, moment.mono_ms, moment.boot_id, moment.source)
        return moment

    def _first_of_boot(self, raw: Reading) -> Moment:
        behind = raw.utc_ms < self._floor_ms
        far = raw.source == "rtc" and raw.utc_ms - self._floor_ms > RTC_FAR_AHEAD_MS
        if raw.source in {"simulated", "ntp"} or (raw.source != "floor" and not behind and not far):
            return Moment(raw.utc_ms, raw.mono_ms, raw.boot_id, raw.source)
        # a clock without a source still gives a better guess than the floor when it is a little ahead of it
        guess = raw.utc_ms if not behind and raw.utc_ms - self._floor_ms < RTC_FAR_AHEAD_MS else self._floor_ms
        return Moment(guess, raw.mono_ms, raw.boot_id, "floor", jump_ms=raw.utc_ms - guess)

    def _next(self, raw: Reading, last: Reading) -> Moment:
        expected = last.utc_ms + (raw.mono_ms - last.mono_ms)
        jump = raw.utc_ms - expected
        if self._vouched:
            self._vouched = False
            return Moment(raw.utc_ms, raw.mono_ms, raw.boot_id, "hand", corrected_ms=jump)
        if SOURCE_RANK.get(raw.source, 0) > SOURCE_RANK.get(last.source, 0):
            if raw.source == "rtc" and (raw.utc_ms < self._floor_ms or raw.utc_ms - self._floor_ms > RTC_FAR_AHEAD_MS):
                return Moment(expected, raw.mono_ms, raw.boot_id, last.source, jump_ms=jump)
            return Moment(raw.utc_ms, raw.mono_ms, raw.boot_id, raw.source, corrected_ms=jump)
        if abs(jump) <= JUMP_BELIEVED_MS and last.source != "floor":
            return Moment(max(raw.utc_ms, last.utc_ms), raw.mono_ms, raw.boot_id, last.source)
        return Moment(expected, raw.mono_ms, raw.boot_id, last.source, jump_ms=jump if last.source != "floor" else 0)
