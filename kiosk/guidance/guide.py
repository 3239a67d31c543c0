"""The guide: keys become touches of the visit, and each change of the visit becomes words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

from kiosk import session as s
from kiosk.guidance import looking, tracking
from kiosk.guidance.around import Around, Choice
from kiosk.guidance.choices import choices, heading, told_slip
from kiosk.guidance.keys import GoOn, Key
from kiosk.guidance.looking import portion_end
from kiosk.guidance.phrases import Phrase, say
from kiosk.guidance.spelling import echo, entered
from kiosk.guidance.stretches import read_out
from kiosk.guidance.timing import number_ends_soon, unhurried

#: loudness, as shares of the loudest; each visit begins with the first
GAINS: Final = (0.5, 0.75, 1.0)
Phrases = tuple[Phrase, ...]


class Speaker(Protocol):
    """Who speaks; all of it returns at once."""

    @property
    def speaking(self) -> bool:
        """Whether something is being said or about to be."""

    def say(self, phrases: Phrases, gain: float) -> None:
        """Say this instead of whatever is being said."""

    def add(self, phrases: Phrases, gain: float) -> None:
        """Say this after it."""

    def hush(self) -> None:
        """Be still at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guided:
    """Where a guided citizen is. ``at``: the choice; ``loudness``: an index of :data:`GAINS`."""

    on: bool = False
    at: int = 0
    loudness: int = 0
    #: the last key was "repeat": the next one also makes it louder
    repeated: bool = False
    #: a warning was said and no key has come since
    warned: bool = False
    #: the first stretch of the long text that is read now
    portion: int = 0


class Guide:
    """One kiosk's guide, on the screen's thread.

    ``send`` hands a touch to the visit and gives the visit after it; ``around``: what stands beside the kiosk.
    """

    def __init__(
        self, speaker: Speaker, send: Callable[[s.Event], s.Visit], around: Callable[[], Around] = Around
    ) -> None:
        self._speaker, self._send, self._kiosk = speaker, send, around
        self.state = Guided()

    @property
    def on(self) -> bool:
        """Whether somebody is being guided."""
        return self.state.on

    @property
    def reading(self) -> bool:
        """Whether it is being read to them, so that nobody can be expected to answer yet. A warning doesn't count."""
        return self.state.on and not self.state.warned and self._speaker.speaking

    def timing(self, timing: s.Timing) -> s.Timing:
        """The timing to live by now."""
        return unhurried(timing) if self.state.on else timing

    # ------------------------------------------------------------------ keys
    def press(self, key: Key, visit: s.Visit, seen: s.Seen) -> None:
        """One of the four keys went down."""
        self._speaker.hush()
        if not self.state.on:
            self._begin(seen)
            return
        repeated, warned = self.state.repeated, self.state.warned
        self.state = replace(self.state, repeated=key is Key.REPEAT, warned=False)
        if visit.overlay is s.Overlay.STILL_THERE or warned:
            # Any key says "I am here" and nothing else; what follows is read by the change of the visit.
            after = self._send(s.Anywhere())
            if after.overlay is visit.overlay:
                self._say((*say(after.lang, "guidance.stayed"), *self._here(after, seen)))
            return
        offered = choices(visit, seen, self._around)
        match key:
            case Key.CHOOSE:
                if offered:
                    self._choose(offered[min(self.state.at, len(offered) - 1)].event, visit, seen)
                    return
                said = heading(visit, seen, self._around)
            case Key.NEXT | Key.PREVIOUS:
                step = 1 if key is Key.NEXT else -1
                self.state = replace(self.state, at=(self.state.at + step) % max(1, len(offered)))
                said = self._here(visit, seen) or heading(visit, seen, self._around)
            case Key.REPEAT:
                if repeated:
                    self.state = replace(self.state, loudness=(self.state.loudness + 1) % len(GAINS))
                said = self._arrival(visit, seen)
        self._send(s.Anywhere())
        self._say(said)

    def _choose(self, event: s.Event, visit: s.Visit, seen: s.Seen) -> None:
        after = self._send(event)
        if isinstance(event, GoOn):
            end = portion_end(read_out(visit, self._around.day), self.state.portion)
            self.state = replace(self.state, portion=end, at=0)
            self._say(self._arrival(after, seen))

    @property
    def _around(self) -> Around:
        return replace(self._kiosk(), portion=self.state.portion)

    def _begin(self, seen: s.Seen) -> None:
        self.state = Guided(on=True)
        # At rest, or in the middle of what somebody else left: the touch shows that somebody is there.
        after = self._send(s.Anywhere())
        self._say((*say(after.lang, "guidance.welcome"), *self._arrival(after, seen)))

    def touched(self) -> None:
        """A finger is on the screen: whoever touches sees, and is not read to."""
        if self.state.on:
            self._end()

    # ------------------------------------------------------------------ the visit
    def follow(self, before: s.Visit, event: s.Event, visit: s.Visit, seen: s.Seen) -> None:
        """The visit took a step; says what has changed."""
        if not self.state.on or before is visit:
            return
        if _over(before, event, visit):
            self._end()
            if isinstance(event, s.Finished):
                self._speaker.say(say(before.lang, "guidance.goodbye"), GAINS[0])
            return
        if isinstance(event, s.GoHome):
            self.state = Guided(on=True)
        if _place(before) == _place(visit):
            self._tell_change(before, visit, seen)
            return
        if before.overlay is s.Overlay.STILL_THERE:
            self._say((*say(visit.lang, "guidance.stayed"), *self._here(visit, seen)))
            return
        if visit.overlay is s.Overlay.STILL_THERE:
            self._warn(visit)
            return
        self.state = replace(self.state, at=0, repeated=False, portion=0)
        self._say(self._arrival(visit, seen))

    def _tell_change(self, before: s.Visit, visit: s.Visit, seen: s.Seen) -> None:
        """Something is different where one is: the slip, the checklist, what was entered or chosen."""
        if before.slip is not visit.slip:
            self._speaker.add(told_slip(visit), self._gain)
        elif before.tracking.words != visit.tracking.words and visit.tracking.words is not None:
            self._say(tracking.refusal(visit))
        elif entered(before) != entered(visit):
            self._say(echo(entered(before), entered(visit), visit.lang))
        elif before.opinion.reasons != visit.opinion.reasons:
            kept = len(visit.opinion.reasons) > len(before.opinion.reasons)
            put = () if kept else say(visit.lang, "guidance.not_chosen")
            self._say((*put, *self._chosen(visit, seen)))
        elif before.looking.printing != visit.looking.printing:
            self._say(looking.printed(visit))

    def _chosen(self, visit: s.Visit, seen: s.Seen) -> Phrases:
        """The choice at which one is, without its place."""
        offered = choices(visit, seen, self._around)
        return offered[min(self.state.at, len(offered) - 1)].phrases if offered else ()

    def tick(self, visit: s.Visit, timing: s.Timing, now_s: float) -> None:
        """Time passed: say so before the number goes. ``timing`` is the kiosk's own."""
        if self.state.on and not self.state.warned and number_ends_soon(visit, self.timing(timing), now_s):
            self._warn(visit)

    # ------------------------------------------------------------------ words
    def _warn(self, visit: s.Visit) -> None:
        self.state = replace(self.state, warned=True)
        self._say(say(visit.lang, "guidance.warning"))

    def _arrival(self, visit: s.Visit, seen: s.Seen) -> Phrases:
        return (*heading(visit, seen, self._around), *self._here(visit, seen))

    def _here(self, visit: s.Visit, seen: s.Seen) -> Phrases:
        """The choice at which one is, with its place among all: "1 trên 6"."""
        offered = choices(visit, seen, self._around)
        if not offered:
            return ()
        at = min(self.state.at, len(offered) - 1)
        here: Choice = offered[at]
        return (*say(visit.lang, "guidance.position", at=at + 1, count=len(offered)), *here.phrases)

    @property
    def _gain(self) -> float:
        return GAINS[self.state.loudness]

    def _say(self, phrases: Phrases) -> None:
        self._speaker.say(phrases, self._gain)

    def _end(self) -> None:
        self.state = Guided()
        self._speaker.hush()


def _over(before: s.Visit, event: s.Event, visit: s.Visit) -> bool:
    """Whether this step ended the visit, by time or by "done"."""
    home = visit.screen in {s.Screen.HOME, s.Screen.ATTRACT} and visit.overlay is s.Overlay.NONE
    if not home or not isinstance(event, s.Tick | s.Finished) or before.overlay is s.Overlay.HELP:
        return False
    return _place(before) != _place(visit)


def _place(visit: s.Visit) -> tuple[object, ...]:
    """What makes a place for who listens; a page of tiles does not, all of them are in one list."""
    trouble = visit.trouble.key if visit.trouble else ""
    shown = visit.looking
    fetched = shown.entries is None, shown.procedure is None, visit.tracking.found
    chosen = visit.group, shown.group, shown.code, shown.section, fetched
    return visit.screen, visit.overlay, chosen, visit.lang, visit.help_ok, trouble
