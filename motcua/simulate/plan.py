"""A day as it will come: who arrives when and for what, how each behaves, which counters open. All from one seed."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from queue_core.clock import utc_ms_of
from queue_core.office import Counter, Office, dump_office

#: a Monday without a holiday
DAY: Final = date(2026, 11, 23)
OPEN_MIN: Final = 7 * 60 + 30
LUNCH_MIN, BACK_MIN = 11 * 60 + 30, 13 * 60 + 30
CLOSE_MIN: Final = 17 * 60
#: everybody acts at full steps of the clock, so that several act at once
STEP_MS: Final = 5_000
PRIORITY_SHARE: Final = 0.13
#: so many come together (a bus from the village), old people all, once in so many citizens
GROUP, GROUP_EVERY = 6, 120
#: how much of an officer's working time, without breaks, the citizens of the counter need: from, to
LOAD: Final = (0.66, 0.84)
WORKING_MIN: Final = 400
#: from one citizen's end to the next one's beginning
BETWEEN_MIN: Final = 0.7
#: nobody is served longer or shorter on average, however few or many come
MEAN_MIN: Final = (0.5, 12.0)
BOOKED_SHARE: Final = 0.05
#: (from minute, to minute, share of the day's arrivals)
_ARRIVALS: Final = (
    (OPEN_MIN - 14, OPEN_MIN + 30, 0.14), (OPEN_MIN + 30, 9 * 60 + 30, 0.32), (9 * 60 + 30, 11 * 60, 0.17),
    (11 * 60, LUNCH_MIN - 2, 0.03), (BACK_MIN - 14, BACK_MIN + 45, 0.13), (BACK_MIN + 45, 16 * 60, 0.18),
    (16 * 60, 16 * 60 + 40, 0.03),
)  # fmt: skip


def at_ms(minutes: float) -> int:
    """Minutes after the day's midnight → UTC milliseconds, on a full step."""
    return utc_ms_of(DAY, 0) + round(minutes * 60_000 / STEP_MS) * STEP_MS


@dataclass(slots=True, kw_only=True)
class Citizen:
    """Somebody who comes. ``way``: how the number is asked for; ``absent``: how often nobody comes when called.

    ``leaves``: has the number taken back at once; ``ghost``: leaves before the answer, and holds no number. ``home``:
    the counter whose day this citizen is part of; ``booking``, ``ticket``, ``number``: what was given.
    """

    name: str
    arrives_ms: int
    service: str
    collect: bool = False
    priority: str | None = None
    booked_ms: int | None = None
    way: str = "plain"
    absent: int = 0
    leaves: bool = False
    ghost: bool = False
    lang: str = "vi"
    service_min: float = 3.0
    home: str = ""
    booking: str = ""
    ticket: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The day. ``office``: the configuration's plain values; ``open_counters``: those with an officer."""

    seed: int
    office: dict[str, Any]
    open_counters: tuple[str, ...]
    closed_services: tuple[str, ...]
    citizens: tuple[Citizen, ...]
    ghosts: tuple[Citizen, ...]
    groups: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)


def make_plan(office: Office, *, tickets: int, officers: int, seed: int) -> Plan:
    """Plan a day of ``tickets`` numbers with so many officers in a copy of ``office``."""
    chance = random.Random(f"{seed} plan")
    values = dump_office(office)
    values["counters"] = _counters(office, officers)
    office = Office.model_validate(values)
    opened = office.counters[:officers]
    served = {service for counter in opened for service in counter.tiers}
    #: no day is even: some counters are asked for more than others
    weights = [chance.uniform(0.85, 1.15) for _ in opened]
    citizens = [_citizen(chance, office, opened, weights=weights, index=i) for i in range(tickets)]
    _groups_come(chance, office, citizens)
    _fill_the_day(chance, citizens)
    _book(chance, office, citizens)
    ghosts = [
        _citizen(chance, office, opened, weights=weights, index=tickets + i) for i in range(max(2, tickets // 60))
    ]
    for ghost in ghosts:
        ghost.ghost, ghost.way = True, "ghost"
    return Plan(
        seed=seed,
        office=values,
        open_counters=tuple(c.id for c in opened),
        closed_services=tuple(s.id for s in office.leaves() if s.id not in served),
        citizens=tuple(citizens),
        ghosts=tuple(ghosts),
        groups={c.id: _groups(c) for c in office.counters},
    )


def _counters(office: Office, officers: int) -> list[dict[str, Any]]:
    """The office's counters, and as many again of their kind as there are officers."""
    values = [c.model_dump(mode="json", exclude_defaults=True) for c in office.counters]
    for number in range(len(values) + 1, officers + 1):
        like = values[(number - 1) % len(office.counters)]
        values.append(like | {"id": f"quay-{number}", "number": number})
    return values


def _groups(counter: Counter) -> list[list[str]]:
    return [[item] if isinstance(item, str) else list(item) for item in counter.services]


def _citizen(
    chance: random.Random, office: Office, opened: Sequence[Counter], *, weights: Sequence[float], index: int
) -> Citizen:
    home = chance.choices(opened, weights)[0]
    groups = _groups(home)
    service = office.service(chance.choice(groups[0] if chance.random() < 0.85 else chance.choice(groups)))
    if service is None:
        raise LookupError("a counter names a service that is not there")
    begin, end, _ = chance.choices(_ARRIVALS, [share for *_, share in _ARRIVALS])[0]
    # six and a half hours of work for so many, without the ways between
    mean_min = 0.6 + 0.04 * service.prior_min
    classes = [c.id for c in office.priority.classes]
    collect = service.kind == "collect"
    return Citizen(
        name=f"citizen-{index + 1}",
        arrives_ms=at_ms(chance.uniform(begin, end)),
        service=service.id,
        collect=collect,
        priority=chance.choice(classes) if classes and chance.random() < PRIORITY_SHARE else None,
        way=chance.choices(["plain", "twice", "impatient"], [88, 6, 6])[0],
        absent=chance.choices([0, 1, 2, 3], [89, 6, 2, 3])[0],
        leaves=chance.random() < 0.02,
        lang="en" if chance.random() < 0.04 else "vi",
        service_min=chance.gammavariate(3.0, mean_min / 3.0),
        home=home.id,
    )


def _fill_the_day(chance: random.Random, citizens: list[Citizen]) -> None:
    """Stretch the services so that every counter has its full, and feasible, day."""
    for home in sorted({citizen.home for citizen in citizens}):
        mine = [citizen for citizen in citizens if citizen.home == home]
        mean_min = WORKING_MIN * chance.uniform(*LOAD) / len(mine) - BETWEEN_MIN
        mean_min = min(MEAN_MIN[1], max(MEAN_MIN[0], mean_min))
        stretch = mean_min * len(mine) / sum(citizen.service_min for citizen in mine)
        for citizen in mine:
            citizen.service_min = max(0.2, citizen.service_min * stretch)


def _groups_come(chance: random.Random, office: Office, citizens: list[Citizen]) -> None:
    """Some come together, in the morning, all of them with priority and for one matter."""
    classes = [c.id for c in office.priority.classes]
    if not classes:
        return
    for begin in range(0, len(citizens) - GROUP, GROUP_EVERY):
        group = citizens[begin : begin + GROUP]
        arrives_ms = at_ms(chance.uniform(OPEN_MIN + 30, OPEN_MIN + 150))
        for place, citizen in enumerate(group):
            citizen.arrives_ms = arrives_ms + place * 2 * STEP_MS
            citizen.service, citizen.collect, citizen.priority = group[0].service, group[0].collect, classes[0]
            citizen.home = group[0].home


def _book(chance: random.Random, office: Office, citizens: list[Citizen]) -> None:
    """Some come by appointment: in time, early, or too late for their hour."""
    taken: dict[tuple[str, int], int] = {}
    for citizen in citizens:
        service = office.service(citizen.service)
        if service is None or not service.slot_places or chance.random() > 4 * BOOKED_SHARE:
            continue
        if citizen.leaves or citizen.priority:
            continue
        slot_ms = service.slot_min * 60_000
        slot = citizen.arrives_ms // slot_ms + 1
        minute = (slot * slot_ms - utc_ms_of(DAY, 0)) // 60_000
        in_hours = OPEN_MIN <= minute < LUNCH_MIN or BACK_MIN <= minute < CLOSE_MIN - 30
        if not in_hours or taken.get((service.id, slot), 0) >= service.slot_places:
            continue
        taken[service.id, slot] = taken.get((service.id, slot), 0) + 1
        citizen.booked_ms, citizen.priority, citizen.way = slot * slot_ms, None, "plain"
        citizen.arrives_ms = citizen.booked_ms + round(chance.choice([-20, -8, -3, 4, 12, 22]) * 60_000)
