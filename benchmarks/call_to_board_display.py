"""A real board on a virtual screen, watched from outside: its pixels through Xvfb's own memory, its voice in a WAV.

Nothing here looks into the board. A number is *found* when the same number, rendered with the same font at the size
that the board uses for it, matches the pixels of the call's place.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from motcua.virtual_screen import Pixels, VirtualScreen

SIZE: Final = (1920, 1080)
#: how alike the pixels and the template must be (normalised correlation; another number reaches 0.8 at most)
ALIKE: Final = 0.9
#: the place of the call's number on the board, pixels from the upper left corner of a 1920×1080 screen
NUMBER_PLACE: Final = (36, 204, 1128, 444)
#: comparing every fourth pixel is enough for digits of a quarter of a metre
_STEP: Final = 4


class BoardProcess:
    """``motcua display`` as a child. A context manager: entered when its first picture is drawn.

    ``arguments``: further options. ``folder`` takes ready file, log, record of calls and, when ``voice`` is not none,
    the WAV of the voice.
    """

    def __init__(
        self,
        folder: Path,
        *,
        broker_port: int,
        province: str,
        office: str,
        client: str = "board-1",
        display: str | None = None,
        password_file: Path | None = None,
        voice: str = "default",
        arguments: Sequence[str] = (),
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.record_path = folder / "calls.jsonl"
        self.voice_path = folder / "voice.wav"
        self.log_path = folder / "board.log"
        self._ready = folder / "ready.json"
        self._display = display
        password = ["--broker-password-file", str(password_file)] if password_file else []
        audio = f"wav:{self.voice_path}" if voice != "none" else "none"
        self._command = [
            sys.executable, "-c", "import typer; from queue_display.command import display; typer.run(display)",
            "--province", province, "--office", office, "--client", client, "--broker-port", str(broker_port),
            *password, "--voice", voice, "--audio", audio, "--log-calls", str(self.record_path), "--ready-file",
            str(self._ready), "--screen", "window" if display else "none", *arguments,
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._ready.unlink(missing_ok=True)
        environment = {**os.environ, **({"DISPLAY": self._display, "SDL_VIDEODRIVER": "x11"} if self._display else {})}
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(self._command, env=environment, stdout=log, stderr=log)
        wait_for(self._has_started, 30.0, "the board's first picture")
        return self

    def _has_started(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise RuntimeError(f"the board ended: {self.log_path.read_text(errors='replace')[-2000:]}")
        return self._ready.exists()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid if self._process else 0

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll() if self._process else None

    def record(self) -> list[dict[str, object]]:
        """What the board says it has shown and spoken, so far."""
        if not self.record_path.exists():
            return []
        text = self.record_path.read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def wait_for(condition: Callable[[], bool], deadline_s: float, what: str, *, every_s: float = 0.01) -> float:
    """Poll until true; the monotonic time then. Raises :class:`TimeoutError` naming ``what``."""
    end_s = time.monotonic() + deadline_s
    while not condition():
        if time.monotonic() > end_s:
            raise TimeoutError(f"{what}: not within {deadline_s} s")
        time.sleep(every_s)
    return time.monotonic()


# ------------------------------------------------------------------ finding a number in the pixels
@dataclass(slots=True)
class NumberFinder:
    """Finds called numbers on the board's pixels. ``size``: the board's window."""

    size: tuple[int, int] = SIZE
    _templates: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    def place(self, pixels: Pixels) -> NDArray[np.float32]:
        """The call's place in grey, thinned."""
        scale = min(self.size[0] / SIZE[0], self.size[1] / SIZE[1])
        left, top, right, bottom = (round(edge * scale) for edge in NUMBER_PLACE)
        part = pixels[top:bottom:_STEP, left:right:_STEP, :3].astype(np.float32)
        return np.asarray(part @ np.array([0.114, 0.587, 0.299], np.float32))

    def shows(self, pixels: Pixels, number: str) -> bool:
        """Whether the board shows ``number`` large."""
        return self.likeness(self.place(pixels), number) >= ALIKE

    def which(self, pixels: Pixels, numbers: Sequence[str]) -> str | None:
        """Which of some numbers the board shows large, or None."""
        place = self.place(pixels)
        best = max(numbers, key=lambda number: self.likeness(place, number), default=None)
        return best if best is not None and self.likeness(place, best) >= ALIKE else None

    def likeness(self, place: NDArray[np.float32], number: str) -> float:
        """Normalised correlation of the place with the number as it would be drawn there, -1 to 1."""
        template = self._template(number, place.shape)
        dark = place.max() - place  # letters are darker than their ground, white or gold
        dark -= dark.mean()
        norm = float(np.linalg.norm(dark))
        return float(np.vdot(dark, template)) / norm if norm > 1.0 else 0.0

    def _template(self, number: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
        found = self._templates.get(number)
        if found is None or found.shape != shape:
            found = self._templates[number] = self._draw(number, shape)
        return found

    def _draw(self, number: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
        from PIL import Image, ImageDraw, ImageFont

        from queue_kit.screen.fonts import BOLD, font_file

        scale = min(self.size[0] / SIZE[0], self.size[1] / SIZE[1])
        left, top, right, bottom = (round(edge * scale) for edge in NUMBER_PLACE)
        width, height = right - left, bottom - top
        # The board's own rule: 320 pixels, or as many as fit into its box.
        size = 320.0 * scale
        font = ImageFont.truetype(str(font_file(BOLD)), round(size))
        size *= min(1.0, width / font.getlength(number))
        font = ImageFont.truetype(str(font_file(BOLD)), int(size))
        image = Image.new("L", (width, height), 0)
        # Centred by its digits, three quarters of the size high.
        place = ((width - font.getlength(number)) / 2, height / 2 + 0.375 * int(size))
        ImageDraw.Draw(image).text(place, number, font=font, fill=255, anchor="ls")
        template = np.asarray(image, np.float32)[::_STEP, ::_STEP][: shape[0], : shape[1]]
        template = template - template.mean()
        return np.asarray(template / max(float(np.linalg.norm(template)), 1.0), np.float32)


@dataclass(frozen=True, slots=True)
class Seen:
    """A number seen large on the screen from one moment to another (monotonic seconds)."""

    number: str
    first_s: float
    last_s: float

    @property
    def for_s(self) -> float:
        """For how long."""
        return self.last_s - self.first_s


class Watcher:
    """Looks at the screen again and again on a thread and notes which number stands there.

    ``numbers``: those that may appear; more can be added. ``every_s``: between two looks.
    """

    def __init__(self, screen: VirtualScreen, numbers: Sequence[str] = (), *, every_s: float = 0.004) -> None:
        self.finder = NumberFinder(screen.size)
        self._screen = screen
        self._numbers = list(numbers)
        self._every_s = every_s
        self._stop = threading.Event()
        self._changed = threading.Condition()
        self._seen: list[Seen] = []
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(5)

    def expect(self, number: str) -> None:
        """Look for one more number."""
        if number not in self._numbers:
            self._numbers.append(number)

    @property
    def seen(self) -> list[Seen]:
        """What was seen, in order of appearance."""
        with self._changed:
            return list(self._seen)

    def wait(self, number: str, deadline_s: float, *, after_s: float = 0.0) -> Seen:
        """Wait until a number appears (first seen after ``after_s``). Raises :class:`TimeoutError`."""

        def found() -> Seen | None:
            return next((s for s in self._seen if s.number == number and s.first_s >= after_s), None)

        with self._changed:
            if not self._changed.wait_for(lambda: found() is not None, deadline_s):
                raise TimeoutError(f"{number} was not seen within {deadline_s} s")
            seen = found()
        assert seen is not None
        return seen

    def _run(self) -> None:
        before: NDArray[np.float32] | None = None
        current: str | None = None
        while not self._stop.is_set():
            place = self.finder.place(self._screen.pixels)
            now_s = time.monotonic()
            if before is None or not np.array_equal(place, before):
                before = place
                current = self.finder.which(self._screen.pixels, list(self._numbers))
            self._note(current, now_s)
            self._stop.wait(self._every_s)

    def _note(self, number: str | None, now_s: float) -> None:
        with self._changed:
            last = self._seen[-1] if self._seen else None
            if number is None:
                # Something else stands there now: the next look at the same number is a new appearance.
                if last is not None and last.number:
                    self._seen.append(Seen("", now_s, now_s))
                return
            if last is not None and last.number == number:
                self._seen[-1] = Seen(number, last.first_s, now_s)
            else:
                self._seen.append(Seen(number, now_s, now_s))
                self._changed.notify_all()


@dataclass(frozen=True, slots=True)
class Burst:
    """What became of calls made in quick succession. ``shown``: seen large for ``at_least_s``; ``spoken``: heard."""

    calls: int
    shown: int
    spoken: int
    shortest_s: float
    in_order: bool
    overlapping: int
    lasted_s: float


def observe_burst(
    watcher: Watcher,
    voice: Path,
    calls: Sequence[tuple[str, int]],
    *,
    began_s: float,
    at_least_s: float = 4.0,
    deadline_s: float = 240.0,
) -> Burst:
    """Wait until every call (number, counter's number) was seen and heard, or the deadline; then count.

    ``watcher`` must expect the numbers. A real voice needs about 14 s a call, 7 s in a crowd.
    """
    end_s = began_s + deadline_s
    last = calls[-1][0]
    with contextlib.suppress(TimeoutError):
        watcher.wait(last, max(0.1, end_s - time.monotonic()), after_s=began_s)
    heard: dict[str, int] = {}
    while time.monotonic() < end_s:
        heard = calls_in_voice(voice, calls)
        if all(heard.values()):
            break
        time.sleep(1.0)
    seen = [item for item in watcher.seen if item.first_s >= began_s and item.number]
    longest = {number: max((s.for_s for s in seen if s.number == number), default=0.0) for number, _ in calls}
    order = list(dict.fromkeys(item.number for item in seen))
    return Burst(
        calls=len(calls),
        # One look may fall just outside at each end.
        shown=sum(for_s >= at_least_s for for_s in longest.values()),
        spoken=sum(times > 0 for times in heard.values()),
        shortest_s=round(min(longest.values(), default=0.0), 3),
        in_order=order == [number for number, _ in calls],
        overlapping=len(list(overlaps(voice, calls))),
        lasted_s=round(time.monotonic() - began_s, 1),
    )


# ------------------------------------------------------------------ finding calls in the voice
def calls_in_voice(wav: Path, calls: Sequence[tuple[str, int]], *, pack_folder: Path | None = None) -> dict[str, int]:
    """How often each call (number, counter's number) is heard in a recording: number → times, from its samples."""
    from queue_kit.voice.clips import default_folder, load
    from queue_kit.voice.find import find_call
    from queue_kit.voice.sound import read_wav

    pack = load(pack_folder or default_folder())
    recording, rate_hz = read_wav(wav)
    if rate_hz != pack.rate_hz:
        raise ValueError(f"{wav.name}: {rate_hz} Hz, the pack has {pack.rate_hz}")
    return {number: len(find_call(recording, pack, number, counter)) for number, counter in calls}


def overlaps(wav: Path, calls: Sequence[tuple[str, int]]) -> Iterator[tuple[str, str]]:
    """Pairs of calls whose words lie over each other in the recording: there must be none."""
    from queue_kit.voice.clips import default_folder, load
    from queue_kit.voice.find import find_call
    from queue_kit.voice.sound import read_wav

    pack = load(default_folder())
    recording, _ = read_wav(wav)
    spans = sorted(
        (heard.start_frame, heard.end_frame, number)
        for number, counter in calls
        for heard in find_call(recording, pack, number, counter)
    )
    for one, two in itertools.pairwise(spans):
        if two[0] < one[1]:
            yield one[2], two[2]
