"""What the kiosk lets hear: the click of a press, and its voice. On a thread of its own, one sound at a time.

While the lobby is called the voice is still (:meth:`Sounds.hold`) and then says again what it was in the middle of.

Nothing here exists before the first sound is wanted, and a kiosk without a sound card is a silent kiosk: said once in
the log, tried again now and then, never an error on the screen.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from kiosk.guidance.phrases import Phrase
from queue_kit.voice.errors import AudioError, VoicePackError
from queue_kit.voice.pcm import Pcm, click, joined, louder
from queue_kit.voice.speech import SENTENCE_WPM, SPELLING_WPM

log = logging.getLogger(__name__)

#: a card that failed is left alone so long: a click for each touch would start a program for nothing
REST_S: Final = 60.0
#: between spelled words, and after each phrase
_SPELLED_PAUSE_S: Final = 0.1
_PHRASE_PAUSE_S: Final = 0.3
#: a stretch of a long text is never longer; a card that hangs is given up then
_STRETCH_MOST_S: Final = 60.0
#: a burst of calls keeps the voice still no longer than this
HOLD_MOST_S: Final = 40.0


class Player(Protocol):
    """Plays bytes; see :class:`queue_kit.voice.players.alsa.AlsaPlayer`."""

    def play_pcm(self, sound: Pcm, *, wanted: Callable[[], bool] = ...) -> bool:
        """Block until heard; False when it was broken off, or no longer ``wanted`` when it would have begun."""

    def play_program(self, command: Sequence[str], *, most_s: float, wanted: Callable[[], bool] = ...) -> bool:
        """The same for the WAV that a program writes."""

    def hush(self) -> None:
        """Break off."""

    def close(self) -> None:
        """Break off, and play nothing any more."""


class Clips(Protocol):
    """Speaks words; see :class:`queue_kit.voice.speech.Speech`."""

    def clip(self, lang: str, words: str, *, wpm: int) -> Pcm:
        """The words as a sound."""

    def command(self, lang: str, words: str, *, wpm: int, gain: float) -> list[str]:
        """The program that writes them as WAV."""

    def speaks(self, lang: str) -> bool:
        """Whether there is a voice for a language."""


#: told to whoever has something read: the number of the phrase that begins, the count of all at the end
Told = Callable[[int], None]
#: told instead when nothing can be heard
UNHEARD: Final = -1


@dataclass(frozen=True, slots=True)
class _Wanted:
    phrase: Phrase
    gain: float
    number: int = 0
    told: Told | None = None
    last: bool = False


class Sounds:
    """The kiosk's one loudspeaker. All methods return at once. ``clicks``: whether a press is heard."""

    def __init__(
        self, player: Player, clips: Clips, *, clicks: bool, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._player, self._clips, self._clicks, self._now_s = player, clips, clicks, now_s
        self._changed = threading.Condition()
        self._phrases: deque[_Wanted] = deque()
        self._click_wanted = False
        self._saying = False
        #: grows with each hush: what was wanted before it is not said any more
        self._turn = 0
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._click: Pcm | None = None
        self._rest_until_s = float("-inf")
        self._hold_until_s = float("-inf")
        self._complained: set[str] = set()

    # ------------------------------------------------------------------ from any thread
    def press(self) -> None:
        """Something was pressed."""
        if not self._clicks or self._now_s() < self._rest_until_s:
            return
        with self._changed:
            self._click_wanted = True
            self._wake()

    @property
    def speaking(self) -> bool:
        """See :class:`kiosk.guidance.Speaker`."""
        return self._saying or bool(self._phrases)

    def say(self, phrases: Sequence[Phrase], gain: float) -> None:
        """See :class:`kiosk.guidance.Speaker`."""
        self.hush()
        self.add(phrases, gain)

    def add(self, phrases: Sequence[Phrase], gain: float) -> None:
        """See :class:`kiosk.guidance.Speaker`."""
        with self._changed:
            self._phrases += [_Wanted(phrase, gain) for phrase in phrases]
            self._wake()

    def read(self, phrases: Sequence[Phrase], gain: float, told: Told) -> None:
        """Say these instead of whatever is being said; ``told`` hears how far it is, on the sounds' thread.

        It hears nothing any more of what was broken off.
        """
        self.hush()
        last = len(phrases) - 1
        with self._changed:
            self._phrases += [_Wanted(one, gain, at, told, at == last) for at, one in enumerate(phrases)]
            self._wake()

    def speaks(self, lang: str) -> bool:
        """Whether there is a voice for a language."""
        return self._clips.speaks(lang)

    def hush(self) -> None:
        """See :class:`kiosk.guidance.Speaker`."""
        with self._changed:
            self._phrases.clear()
            self._turn += 1
            if self._saying:
                self._player.hush()

    @property
    def held(self) -> bool:
        """Whether the voice is still because the lobby is being called."""
        return self._now_s() < self._hold_until_s

    def hold(self, seconds: float) -> None:
        """Be still so long, after what was to be waited for already; then go on with the phrase that was broken off."""
        with self._changed:
            now_s = self._now_s()
            self._hold_until_s = min(max(now_s, self._hold_until_s) + seconds, now_s + HOLD_MOST_S)
            if self._saying:
                self._player.hush()
            self._changed.notify_all()

    def stop(self) -> None:
        """End."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._player.close()
        if self._thread is not None:
            self._thread.join(3.0)

    def _wake(self) -> None:
        if self._thread is None and not self._stopping:
            self._thread = threading.Thread(target=self._run, name="sounds", daemon=True)
            self._thread.start()
        self._changed.notify_all()

    # ------------------------------------------------------------------ on the thread
    def _run(self) -> None:
        while True:
            with self._changed:
                while not (self._stopping or self._click_wanted or (self._phrases and not self.held)):
                    self._changed.wait(max(0.01, self._hold_until_s - self._now_s()) if self._phrases else None)
                if self._stopping:
                    return
                clicked, self._click_wanted = self._click_wanted, False
                wanted = None if clicked else self._phrases.popleft()
                self._saying = wanted is not None
                turn = self._turn
            try:
                if wanted is None:
                    self._click = self._click or click()
                    self._player.play_pcm(self._click)
                else:
                    self._say(wanted, turn)
            except AudioError as error:
                self._rest_until_s = self._now_s() + REST_S
                self._unheard(error, wanted, turn)
            except VoicePackError as error:
                self._unheard(error, wanted, turn)
            finally:
                self._saying = False

    def _say(self, wanted: _Wanted, turn: int) -> None:
        told = wanted.told
        if told is not None and turn == self._turn:
            told(wanted.number)
        heard = self._speak(wanted.phrase, wanted.gain, lambda: turn == self._turn and not self.held)
        with self._changed:
            if turn != self._turn:
                return
            if not heard:
                # Broken off by a call in the lobby: said again from its beginning.
                self._phrases.appendleft(wanted)
                return
        if told is not None and wanted.last:
            told(wanted.number + 1)

    def _speak(self, phrase: Phrase, gain: float, wanted: Callable[[], bool]) -> bool:
        wpm = SPELLING_WPM if phrase.spelled else SENTENCE_WPM
        if phrase.passing:
            command = self._clips.command(phrase.lang, " ".join(phrase.words), wpm=wpm, gain=gain)
            return self._player.play_program(command, most_s=_STRETCH_MOST_S, wanted=wanted)
        words = [self._clips.clip(phrase.lang, word, wpm=wpm) for word in phrase.words]
        sound = louder(joined(words, pause_s=_SPELLED_PAUSE_S, after_s=_PHRASE_PAUSE_S), gain)
        return self._player.play_pcm(sound, wanted=wanted)

    def _unheard(self, error: AudioError | VoicePackError, wanted: _Wanted | None, turn: int) -> None:
        self._complain(error)
        if wanted is None or wanted.told is None:
            return
        with self._changed:
            if turn != self._turn:
                return
            # A text of many pages is not run through in silence.
            self._phrases.clear()
        wanted.told(UNHEARD)

    def _complain(self, error: AudioError | VoicePackError) -> None:
        if error.key not in self._complained:
            self._complained.add(error.key)
            log.warning("%s", error)
