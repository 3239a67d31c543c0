"""Those who serve: each officer at a counter, calling, waiting, serving, taking breaks, and now and then wrong.

An officer knows what the console answers and what happens at the desk, and nothing else.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from motcua.simulate.agenda import Agenda
from motcua.simulate.asking import ConsoleHand, new_id
from motcua.simulate.citizens import Lobby
from motcua.simulate.notes import Act
from motcua.simulate.plan import BACK_MIN, CLOSE_MIN, LUNCH_MIN, OPEN_MIN, Citizen, Plan, at_ms
from motcua.simulate.stage import Stage

#: nobody is called after this: numbers expire half an hour after closing
LAST_CALL_MIN: Final = CLOSE_MIN + 25
LUNCH_AT_LATEST_MIN: Final = LUNCH_MIN + 40
_NEVER_HEARD: Final = 3


class Officer:
    """One officer's day at one counter. ``changed`` is told which service somebody joined the line of."""

    def __init__(
        self, stage: Stage, plan: Plan, agenda: Agenda, lobby: Lobby, *, index: int, changed: Callable[[str], None]
    ) -> None:
        self.counter = plan.open_counters[index]
        self.services = frozenset(s for group in plan.groups[self.counter] for s in group)
        self.name = f"cb{index + 1}"
        self.idle = False
        self._stage, self._plan, self._agenda, self._lobby = stage, plan, agenda, lobby
        self._changed = changed
        self._hand = ConsoleHand(stage, self.name)
        self._chance = random.Random(f"{plan.seed} {self.name}")
        self._woken = False
        self._lunched = False
        self._gone = False
        self._unheard = 0
        self._parked: list[str] = []
        self._breaks = [
            at_ms(self._chance.uniform(9 * 60, 10 * 60 + 45)), at_ms(self._chance.uniform(14 * 60 + 45, 16 * 60)),
        ]  # fmt: skip

    def begin(self) -> None:
        """Plan to open the counter in the morning; some are late."""
        minute = OPEN_MIN + self._chance.choice([-5, -2, 0, 1, 6])
        self._agenda.add(at_ms(minute), self.name, self._open)

    def close(self) -> None:
        """Hang up."""
        self._hand.close()

    def wake(self) -> None:
        """Somebody came into a line that this counter takes."""
        if self.idle and not self._woken:
            self._woken = True
            self._agenda.after(self._chance.choice([5, 5, 10, 15]), self.name, self._next)

    # ------------------------------------------------------------------ asking the console
    def _at(self, wave: int, verb: str, body: dict[str, Any] | None = None, **more: Any) -> Act:
        """Do something at the counter; one in thirty clicks twice."""
        path = f"/counters/{self.counter}/{verb.replace('_', '-')}"

        def once(hand: ConsoleHand, key: str) -> Act:
            return hand.do(wave, verb, path, body, counter=self.counter, key=key, **more)

        key = new_id()
        if self._chance.random() > 1 / 30:
            return once(self._hand, key)
        other = ConsoleHand(self._stage, self.name)
        with ThreadPoolExecutor(1) as second:
            again = second.submit(once, other, key)
            act = once(self._hand, key)
            echo = again.result()
        other.close()
        # one may have come a moment too early (nobody waited yet): a refusal is not remembered, nothing was done
        return act if act.ok else echo

    def _with(self, wave: int, citizen: Citizen, verb: str) -> Act:
        """Do something with the citizen at the counter."""
        return self._at(wave, verb, ticket=citizen.ticket, number=citizen.number)

    def _to(self, wave: int, citizen: Citizen, verb: str, body: dict[str, Any] | None = None, **more: Any) -> Act:
        """Do something to a ticket."""
        path = {"set_priority": "priority", "cancel_ticket": "cancel"}.get(verb, verb)
        return self._hand.do(
            wave, verb, f"/tickets/{citizen.ticket}/{path}", body, ticket=citizen.ticket, number=citizen.number, **more
        )

    # ------------------------------------------------------------------ the day
    def _open(self, wave: int) -> None:
        self._hand.do(wave, "open", f"/counters/{self.counter}/open", {}, counter=self.counter)
        self._agenda.after(self._chance.choice([5, 10, 20]), self.name, self._next)

    def _next(self, wave: int) -> list[int]:
        """Free: have a break, go to lunch, go home, or call somebody."""
        self._woken = self.idle = False
        now_ms = self._agenda.now_ms
        if self._gone or self._goes(wave, now_ms):
            return []
        if self._parked and self._chance.random() < 0.3 and self._bring_back(wave):
            return []
        if self._chance.random() < 0.06:
            self._look_after_priority(wave)
        if self._chance.random() < 0.03:
            self._err(wave)
        return self._call(wave)

    def _err(self, wave: int) -> None:
        """Sit down at a colleague's counter, or ask for somebody who is at another one: both are refused."""
        others = [counter for counter in self._plan.open_counters if counter != self.counter]
        elsewhere = [c for c in self._stage.witness.live() if c.counter != self.counter]
        now_ms = self._agenda.now_ms
        # when nobody is there a counter may be taken
        all_there = at_ms(OPEN_MIN + 30) <= now_ms < at_ms(LUNCH_MIN) or at_ms(BACK_MIN + 15) <= now_ms < at_ms(
            CLOSE_MIN
        )
        if self._chance.random() < 0.3 and others and all_there:
            other = self._chance.choice(others)
            self._hand.do(wave, "open", f"/counters/{other}/open", {}, counter=other)
        elif elsewhere:
            wanted = self._chance.choice(elsewhere)
            act = self._at(wave, "call", {"ticket": wanted.ticket}, ticket=wanted.ticket, number=wanted.number)
            if act.ok:
                self._at(wave, "finish")

    def _goes(self, wave: int, now_ms: int) -> bool:
        if now_ms >= at_ms(LAST_CALL_MIN):
            self._leave(wave, "close")
            return True
        if not self._lunched and now_ms >= at_ms(LUNCH_AT_LATEST_MIN) and now_ms < at_ms(BACK_MIN):
            self._lunch(wave)
            return True
        if self._breaks and now_ms >= self._breaks[0]:
            self._breaks.pop(0)
            if self._leave(wave, "pause"):
                self._agenda.after(60 * self._chance.randint(6, 14), self.name, self._open)
                return True
        return False

    def _leave(self, wave: int, verb: str) -> bool:
        done = self._at(wave, verb).ok
        self._gone = self._gone or (done and self._agenda.now_ms >= at_ms(CLOSE_MIN))
        return done

    def _lunch(self, wave: int) -> None:
        self._lunched = True
        self._leave(wave, self._chance.choice(["pause", "close"]))
        self._agenda.add(at_ms(BACK_MIN + self._chance.choice([-2, 0, 0, 3])), self.name, self._open)

    def _call(self, wave: int) -> list[int]:
        if self._chance.random() < 0.03 and (chosen := self._choose()):
            act = self._at(wave, "call", {"ticket": chosen})
        else:
            act = self._at(wave, "call_next", {"finish": False})
        return self._called(wave, act)

    def _called(self, wave: int, act: Act) -> list[int]:
        """What follows a call; gives the call that must be heard."""
        if not act.ok or act.details.get("status") == "finished":
            self._nobody(wave)
            return []
        self._unheard = 0
        seq, ticket = act.seq or 0, act.ticket or ""
        citizen = self._lobby.by_ticket.get(ticket)  # who took the number in this very moment is not known yet
        hasty = self._stage.board_held or self._chance.random() < 0.02
        if hasty and citizen is not None and not citizen.absent:
            self._serve(citizen, wave)  # stands at the desk already, before the voice has said it
            return []
        self._look_up_in(self._chance.choice([10, 15, 25]), ticket, seq)
        return [seq]

    def _look_up_in(self, seconds: float, ticket: str, seq: int) -> None:
        self._agenda.after(seconds, self.name, lambda wave: self._look_up(self._lobby.holder(ticket), seq, wave))

    def _nobody(self, wave: int) -> None:
        """Nobody waits: be idle, or go when it is time."""
        now_ms = self._agenda.now_ms
        if now_ms >= at_ms(CLOSE_MIN + 5):
            self._leave(wave, "close")
        elif not self._lunched and at_ms(LUNCH_MIN) <= now_ms < at_ms(BACK_MIN):
            self._lunch(wave)
        else:
            self.idle = True
            # look again some time, whatever happens meanwhile
            self._agenda.after(60 * self._chance.randint(4, 9), self.name, self._look_again)

    def _look_again(self, wave: int) -> list[int]:
        return self._next(wave) if self.idle and not self._woken else []

    def _choose(self) -> str | None:
        """Somebody out of turn: from the first of the line, or from those set aside here."""
        view = self._hand.look(f"/counters/{self.counter}")
        line = [entry["id"] for entry in view["line"][:6]]
        aside = [i for i in self._parked if any(entry["id"] == i for entry in view["parked"])]
        found = self._chance.choice(aside or line) if aside or line else None
        if found in self._parked:
            self._parked.remove(found)
        return found

    # ------------------------------------------------------------------ with a citizen
    def _look_up(self, citizen: Citizen, seq: int, wave: int) -> list[int]:
        """Is somebody coming? Whoever was not heard is called again."""
        if not self._stage.witness.was_heard(seq) and self._unheard < _NEVER_HEARD:
            self._unheard += 1
            return self._recall(citizen, wave)
        if citizen.absent:
            if self._chance.random() < 0.5 and not self._unheard:
                self._unheard += 1
                return self._recall(citizen, wave)
            self._missed(citizen, wave)
            return []
        self._serve(citizen, wave)
        return []

    def _recall(self, citizen: Citizen, wave: int) -> list[int]:
        act = self._with(wave, citizen, "recall")
        seq = act.seq or 0
        self._look_up_in(self._chance.choice([15, 25]), citizen.ticket, seq)
        return [seq] if act.ok else []

    def _missed(self, citizen: Citizen, wave: int) -> None:
        act = self._with(wave, citizen, "no_show")
        citizen.absent -= 1
        if self._chance.random() < 0.12:  # there they come, out of breath
            citizen.absent = 0
            self._agenda.after(5, self.name, lambda w: self._take_back(citizen, w))
            return
        if act.details.get("status") == "cancelled" and self._chance.random() < 0.4:
            self._agenda.after(300, f"{self.name} at the desk", lambda w: self._reopen(citizen, w))
        self._changed(citizen.service)
        self._agenda.after(5, self.name, self._next)

    def _take_back(self, citizen: Citizen, wave: int) -> None:
        """Undo the last step; the citizen is at the counter again."""
        act = self._with(wave, citizen, "undo")
        if act.ok and act.ticket == citizen.ticket:
            if act.details.get("status") == "called":
                self._agenda.after(10, self.name, lambda w: self._serve(citizen, w))
            else:
                self._agenda.after(30, self.name, lambda w: self._finish(citizen, w))
        else:
            self._agenda.after(5, self.name, self._next)

    def _reopen(self, citizen: Citizen, wave: int) -> None:
        citizen.absent = 0
        if self._to(wave, citizen, "reopen").ok:
            self._changed(citizen.service)

    def _serve(self, citizen: Citizen, wave: int) -> None:
        self._with(wave, citizen, "serve")
        seconds = 60 * citizen.service_min
        what = self._chance.random()
        if what < 0.05:
            self._agenda.after(seconds / 3, self.name, lambda w: self._transfer(citizen, w))
        elif what < 0.08:
            self._agenda.after(seconds / 3, self.name, lambda w: self._park(citizen, w))
        else:
            self._agenda.after(seconds, self.name, lambda w: self._finish(citizen, w))

    def _finish(self, citizen: Citizen, wave: int) -> list[int]:
        due = bool(self._breaks) and self._agenda.now_ms >= self._breaks[0]
        if self._chance.random() < 0.4 and self._agenda.now_ms < at_ms(LUNCH_MIN) and not due:
            # one click for both: done here, and the next one
            return self._called(wave, self._at(wave, "call_next", {"finish": True}, finish=True))
        self._with(wave, citizen, "finish")
        if self._chance.random() < 0.02:
            self._agenda.after(5, self.name, lambda w: self._take_back(citizen, w))
        else:
            self._agenda.after(self._chance.choice([5, 10, 15]), self.name, self._next)
        return []

    def _transfer(self, citizen: Citizen, wave: int) -> None:
        """To another matter, or to a colleague; the place kept or lost."""
        others = [c for c in self._plan.open_counters if c != self.counter] or [self.counter]
        target = self._chance.choice(others)
        service = self._chance.choice(self._plan.groups[target][0])
        to_counter = target if self._chance.random() < 0.4 else None
        keep = self._chance.random() < 0.6
        body = {"service": service, "counter": to_counter, "keep_place": keep}
        act = self._to(wave, citizen, "transfer", body, service=service, to_counter=to_counter, keep_place=keep)
        if act.ok and self._chance.random() < 0.12:
            self._agenda.after(5, self.name, lambda w: self._take_back(citizen, w))
            return
        self._changed(service)
        self._agenda.after(10, self.name, self._next)

    def _park(self, citizen: Citizen, wave: int) -> None:
        act = self._to(wave, citizen, "park")
        if act.ok and self._chance.random() < 0.15:
            self._agenda.after(5, self.name, lambda w: self._take_back(citizen, w))
            return
        if act.ok:
            self._parked.append(citizen.ticket)
        self._agenda.after(10, self.name, self._next)

    def _bring_back(self, wave: int) -> bool:
        ticket = self._parked.pop(0)
        citizen = self._lobby.by_ticket[ticket]
        done = self._to(wave, citizen, "unpark").ok
        self._changed(citizen.service)
        self._agenda.after(5, self.name, self._next)
        return done

    def _look_after_priority(self, wave: int) -> None:
        """Confirm or remove what somebody declared, or give it to somebody who needs it."""
        line: Sequence[dict[str, Any]] = self._hand.look(f"/counters/{self.counter}")["line"]
        citizen = self._lobby.by_ticket.get(self._chance.choice(line)["id"]) if line else None
        if citizen is None:
            return
        classes = [c["id"] for c in self._plan.office["priority"]["classes"]]
        wanted = self._chance.choice(classes if citizen.priority is None else [citizen.priority, None])
        body = {"priority": wanted, "confirmed": True}
        if self._to(wave, citizen, "set_priority", body, priority=wanted).ok:
            citizen.priority = wanted
