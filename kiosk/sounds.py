"""What the kiosk lets hear: the click of a press, and the guide's voice. On a thread of its own, one sound at a time.

Nothing here exists before the first sound is wanted, and a kiosk without a sound card is a silent kiosk: said once in
the log, tried again now and then, never an error on the screen.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
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


class Player(Protocol):
    """Plays bytes; see :class:`queue_kit.voice.players.alsa.AlsaPlayer`."""

    def play_pcm(self, sound: Pcm, *, wanted: Callable[[], bool] = ...) -> bool:
        """Block until heard; False when it was broken off, or no longer ``wanted`` when it would have begun."""

    def hush(self) -> None:
        """Break off."""

    def close(self) -> None:
        """Break off, and play nothing any more."""


class Clips(Protocol):
    """Speaks words; see :class:`queue_kit.voice.speech.Speech`."""

    def clip(self, lang: str, words: str, *, wpm: int) -> Pcm:
        """The words as a sound."""


class Sounds:
    """The kiosk's one loudspeaker. All methods return at once. ``clicks``: whether a press is heard."""

    def __init__(
        self, player: Player, clips: Clips, *, clicks: bool, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._player, self._clips, self._clicks, self._now_s = player, clips, clicks, now_s
        self._changed = threading.Condition()
        self._phrases: list[tuple[Phrase, float]] = []
        self._click_wanted = False
        self._saying = False
        #: grows with each hush: what was wanted before it is not said any more
        self._turn = 0
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._click: Pcm | None = None
        self._rest_until_s = float("-inf")
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
            self._phrases += [(phrase, gain) for phrase in phrases]
            self._wake()

    def hush(self) -> None:
        """See :class:`kiosk.guidance.Speaker`."""
        with self._changed:
            self._phrases.clear()
            self._turn += 1
            if self._saying:
                self._player.hush()

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
                self._changed.wait_for(lambda: self._stopping or self._click_wanted or self._phrases)
                if self._stopping:
                    return
                wanted, self._click_wanted = self._click_wanted, False
                phrase, gain = self._phrases.pop(0) if self._phrases and not wanted else (None, 0.0)
                self._saying = phrase is not None
                turn = self._turn
            try:
                if phrase is None:
                    self._click = self._click or click()
                    self._player.play_pcm(self._click)
                else:
                    self._speak(phrase, gain, turn)
            except AudioError as error:
                self._rest_until_s = self._now_s() + REST_S
                self._complain(error)
            except VoicePackError as error:
                self._complain(error)
            finally:
                self._saying = False

    def _speak(self, phrase: Phrase, gain: float, turn: int) -> None:
        wpm = SPELLING_WPM if phrase.spelled else SENTENCE_WPM
        words = [self._clips.clip(phrase.lang, word, wpm=wpm) for word in phrase.words]
        sound = louder(joined(words, pause_s=_SPELLED_PAUSE_S, after_s=_PHRASE_PAUSE_S), gain)
        self._player.play_pcm(sound, wanted=lambda: turn == self._turn)

    def _complain(self, error: AudioError | VoicePackError) -> None:
        if error.key not in self._complained:
            self._complained.add(error.key)
            log.warning("%s", error)
