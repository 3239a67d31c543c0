"""What was shown large and spoken, held against what the officers did and when."""

from __future__ import annotations

from typing import Final

from motcua.simulate.line_book import Fault, Kind
from motcua.simulate.notes import Act, Heard, Notes

#: so long a message may be on its way to the board's ear on a busy machine
ON_THE_WAY_S: Final = 0.75
CALLS: Final = frozenset({"call_next", "call", "recall"})


class Announcements:
    """Judges the announcements of a day. ``done``: what was done, in order, each act once.

    After :meth:`judge`: ``faults``, and ``heard_tickets``, who was called so that it could be heard.
    """

    def __init__(self, notes: Notes, done: list[Act]) -> None:
        self.notes = notes
        self.done = done
        self.faults: list[Fault] = []
        self.heard_tickets: set[str] = set()

    def fault(self, kind: Kind, number: str, what: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(kind, number, what))

    def judge(self) -> None:
        """Judge them all."""
        calls: dict[int, Act] = {
            a.seq: a for a in self.done if a.verb in CALLS and a.seq is not None and self._called(a)
        }
        ends = self._ends(calls)
        spoken: dict[int, Heard] = {}
        dropped: dict[int, Heard] = {}
        for line in self.notes.heard:
            if line.what == "dropped":
                dropped[line.seq] = line
            if line.what not in {"shown", "spoken"}:
                continue
            call = calls.get(line.seq)
            if call is None:
                self.fault(
                    "stale_announcements", line.number, f"{line.what} at {line.counter}, which called nobody then"
                )
                continue
            if (line.ticket, line.number, line.counter) != (call.ticket, call.number, call.counter):
                self.fault(
                    "stale_announcements",
                    line.number,
                    f"{line.what} at {line.counter}: {call.counter} called {call.number}",
                )
            end = ends.get(line.seq)
            if end is not None and line.began_s > end.answered_s + ON_THE_WAY_S:
                late_s = line.began_s - end.answered_s
                self.fault(
                    "stale_announcements", line.number,
                    f"{line.what} at {line.counter} {late_s:.2f} s after {end.who} did {end.verb}",
                )  # fmt: skip
            if line.what == "spoken":
                if line.seq in spoken:
                    self.fault("stale_announcements", line.number, "the same call was spoken twice")
                spoken[line.seq] = line
                self.heard_tickets.add(line.ticket)
        for seq, call in calls.items():
            if seq not in spoken and not self._silence_explained(call, ends.get(seq), dropped.get(seq)):
                self.fault("lost", call.number or "?", f"{call.counter} called it, and nobody heard it")
        self._judge_bus(calls)

    def _called(self, act: Act) -> bool:
        """Whether somebody was called: a call-next that found nobody only finished the one who was there."""
        return act.verb == "recall" or act.details.get("status") != "finished"

    def _ends(self, calls: dict[int, Act]) -> dict[int, Act]:
        """Per call the act that ended it: the next that was done to its ticket, but a recall by itself ends it too."""
        ends: dict[int, Act] = {}
        open_calls: dict[str, int] = {}
        at_counter: dict[str, str] = {}
        for act in self.done:
            if act.verb in CALLS:
                before = at_counter.get(act.counter or "")
                if before is not None and before in open_calls:
                    ends[open_calls.pop(before)] = act
                if act.seq in calls and act.ticket is not None:
                    open_calls[act.ticket] = act.seq or 0
                    at_counter[act.counter or ""] = act.ticket
            elif act.verb in {"serve", "finish", "no_show", "transfer", "park", "cancel_ticket"}:
                seq = open_calls.pop(act.ticket or "", None)
                if seq is not None:
                    ends[seq] = act
        return ends

    def _silence_explained(self, call: Act, end: Act | None, drop: Heard | None) -> bool:
        """The officer went on before the voice came to it, or something had been killed."""
        if end is not None and drop is not None and drop.why == "gone" and drop.at_s >= end.sent_s:
            return True
        return any(o.down_s <= call.answered_s + ON_THE_WAY_S and call.sent_s <= o.up_s for o in self.notes.outages)

    def _judge_bus(self, calls: dict[int, Act]) -> None:
        seen: set[tuple[str, int]] = set()
        for message in self.notes.calls:
            if (message.epoch, message.seq) in seen:
                self.fault("stale_announcements", message.number, "the same call went out twice")
            seen.add((message.epoch, message.seq))
            call = calls.get(message.seq)
            if call is None:
                self.fault(
                    "stale_announcements", message.number, f"a call went out that {message.counter} did not make"
                )
                continue
            for outage in self.notes.outages:
                if call.answered_s < outage.down_s and message.at_s > outage.up_s:
                    self.fault(
                        "stale_announcements",
                        message.number,
                        f"a call from before the {outage.what} was killed went out again",
                    )
