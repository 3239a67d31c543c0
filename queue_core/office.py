"""The office as it is configured: services, counters, priority classes, hours, policy.

The file is YAML 1.2 (see :mod:`queue_core.office_file`); the same model is stored whole in the journal's
``day_opened`` and ``office_changed`` events. All texts are NFC.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from queue_core.commands import Lang
from queue_core.dossier_policy import DossierPolicy
from queue_core.rating import RatingPolicy

ID_PATTERN: Final = r"^[a-z0-9-]{1,32}$"
Id = Annotated[str, Field(pattern=ID_PATTERN)]
DAY_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]\d|2[0-4]):([0-5]\d)$")


def _text(value: object) -> object:
    if isinstance(value, str):
        value = {"vi": value}
    if isinstance(value, dict):
        return {str(k): unicodedata.normalize("NFC", str(v)).strip() for k, v in value.items()}
    return value


def _has_vi(value: dict[str, str]) -> dict[str, str]:
    if not value.get("vi"):
        message = "needs the Vietnamese text (vi)"
        raise ValueError(message)
    return value


#: language code → text; Vietnamese is always there, a plain string in the file is Vietnamese.
Text = Annotated[dict[str, str], BeforeValidator(_text), AfterValidator(_has_vi)]


def say(text: dict[str, str], lang: str = "vi") -> str:
    """Give the text in ``lang``, or in Vietnamese where that language has none."""
    return text.get(lang) or text["vi"]


def _hours(value: object) -> object:
    """Accept ``{"mon-fri": ["07:30-11:30", …], "sat": […]}`` and keep one entry a weekday."""
    if not isinstance(value, dict):
        return value
    week: dict[str, list[tuple[int, int]]] = {}
    for key, spans in value.items():
        first, _, last = str(key).partition("-")
        if first not in DAY_NAMES or (last and last not in DAY_NAMES):
            message = f"“{key}” is not a weekday or a range of weekdays (mon … sun)"
            raise ValueError(message)
        days = DAY_NAMES[DAY_NAMES.index(first) : DAY_NAMES.index(last or first) + 1]
        if not days:
            message = f"“{key}” runs backwards"
            raise ValueError(message)
        for day in days:
            if day in week:
                message = f"“{day}” stands twice"
                raise ValueError(message)
            week[day] = _spans(spans)
    return week


def _spans(spans: object) -> list[tuple[int, int]]:
    if not isinstance(spans, (list, tuple)):
        message = "must be a list of times such as 07:30-11:30"
        raise ValueError(message)  # noqa: TRY004 -- pydantic turns ValueError into a keyed message
    out: list[tuple[int, int]] = []
    for span in spans:
        if isinstance(span, (list, tuple)) and len(span) == 2 and all(isinstance(minute, int) for minute in span):
            out.append((span[0], span[1]))
            continue
        found = _SPAN.match(str(span))
        if not found:
            message = f"“{span}” is not a time span such as 07:30-11:30"
            raise ValueError(message)
        a, b, c, d = (int(x) for x in found.groups())
        out.append((a * 60 + b, c * 60 + d))
    before = 0
    for begin, end in out:
        if begin >= end or begin < before:
            message = "times must go forward and not overlap"
            raise ValueError(message)
        if begin < 0 or end > 24 * 60:
            message = "times must lie between 00:00 and 24:00"
            raise ValueError(message)
        before = end
    return out


#: weekday ("mon" … "sun") → opening spans in minutes after local midnight; a missing day is closed.
Hours = Annotated[dict[str, list[tuple[int, int]]], BeforeValidator(_hours)]


class Model(BaseModel):
    """Base of all configuration models: frozen, and an unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Sign(Model):
    """What the number sign above a counter can show."""

    kind: Literal["numeric", "text"] = "text"
    digits: int = Field(default=4, ge=2, le=12, description="cells of the sign")


Entry = Literal["walk_in", "booked", "collect"]


class Service(Model):
    """One matter a citizen may come for, or a group of such matters (two levels)."""

    id: Id
    name: Text
    short: Text | None = Field(default=None, description="name for a tile or a sign, where the full one is long")
    examples: Text | None = Field(default=None, description="examples in small: khai sinh, kết hôn…")
    icon: str = Field(default="", max_length=40)
    kind: Literal["service", "guide", "collect", "supplement", "fee"] = "service"
    prefix: str = Field(default="", pattern=r"^([A-Z]{1,3}-?|[1-9]\d?|)$")
    digits: int = Field(default=3, ge=2, le=4, description="a number is padded to so many digits")
    entries: tuple[Entry, ...] = ("walk_in", "booked")
    daily_limit: int | None = Field(default=None, ge=1, le=9999)
    hours: Hours | None = None
    prior_min: float = Field(
        default=10.0, gt=0, le=240, description="expected minutes at the counter before any is measured"
    )
    slot_min: int = Field(default=30, ge=5, le=240, description="length of a booking slot")
    slot_places: int = Field(default=0, ge=0, le=100, description="bookings a slot takes; 0: none")
    fields: tuple[str, ...] = Field(default=(), description="procedure fields (lĩnh vực) served here")
    procedures: tuple[Annotated[str, Field(pattern=r"^\d\.\d{6}$")], ...] = ()
    services: tuple[Service, ...] = ()

    @property
    def is_leaf(self) -> bool:
        """Whether numbers are given for this service itself."""
        return not self.services

    def label(self, lang: str = "vi") -> str:
        """Short name where there is one."""
        return say(self.short or self.name, lang)


class Counter(Model):
    """A counter ("quầy") and the services it takes, in order.

    ``services`` is a list whose earlier items are taken first; an inner list holds equals.
    """

    id: Id
    number: int = Field(ge=1, le=99)
    name: Text | None = None
    services: tuple[Id | tuple[Id, ...], ...] = Field(min_length=1)
    sign: Sign | None = None

    @property
    def tiers(self) -> dict[str, int]:
        """Service id → its place in the counter's order, 0 first."""
        return {
            service: tier
            for tier, item in enumerate(self.services)
            for service in ((item,) if isinstance(item, str) else item)
        }


class PriorityClass(Model):
    """A class of citizens served earlier (Luật Người cao tuổi, Luật Người khuyết tật; the list is the office's)."""

    id: Id
    name: Text
    icon: str = Field(default="", max_length=40)


class Priority(Model):
    """How priority numbers and ordinary ones share the counters."""

    ratio: int = Field(
        default=2, ge=1, le=20, description="priority calls in a row at a counter while an ordinary one waits"
    )
    ageing_min: float = Field(
        default=45,
        ge=1,
        le=480,
        description="after so long a wait a number passes the counter's order and limits the ratio to 1",
    )
    classes: tuple[PriorityClass, ...] = ()


class Policy(Model):
    """The rules an office may choose; minutes unless the name says otherwise."""

    open_before_min: int = Field(default=15, ge=0, le=120, description="numbers are given so long before opening")
    stop_before_close_min: int = Field(
        default=15, ge=0, le=240, description="no more numbers so long before a session ends"
    )
    expire_after_close_min: int = Field(default=30, ge=0, le=600, description="who still waits then, expires")
    no_show_back_after: int = Field(default=3, ge=0, le=50, description="a no-show comes back after so many numbers")
    no_show_limit: int = Field(default=3, ge=1, le=10, description="this no-show cancels the ticket")
    undo_s: int = Field(default=10, ge=0, le=120)
    booking_grace_min: int = Field(default=15, ge=0, le=120)
    booking_early_min: int = Field(default=60, ge=0, le=600)


class SpecialDay(Model):
    """One date whose hours differ from the week's: closed, or other hours. Wins over the holiday list."""

    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    name: Text
    hours: tuple[tuple[int, int], ...] = ()

    @field_validator("hours", mode="before")
    @classmethod
    def _parse(cls, value: object) -> object:
        return _spans(value)

    @field_validator("date")
    @classmethod
    def _exists(cls, value: str) -> str:
        from datetime import date

        date.fromisoformat(value)
        return value


def _short(longest: int, lines: int) -> AfterValidator:
    """A text that a page of the television holds: nothing may be cut off where nobody can scroll."""

    def check(value: dict[str, str]) -> dict[str, str]:
        for lang, text in value.items():
            if len(text) > longest or text.count("\n") >= lines:
                message = f"{lang}: at most {longest} letters on {lines} line(s), not {len(text)}"
                raise ValueError(message)
        return value

    return AfterValidator(check)


class Guidance(Model):
    """A page of the information screen: what to bring, when to come, whom to ask."""

    title: Annotated[Text, _short(50, 1)]
    text: Annotated[Text, _short(200, 5)]


class Device(Model):
    """A client of the office's broker: its id is its user name and its place in the topics."""

    id: Id
    kind: Literal["kiosk", "board", "signs"] = "kiosk"
    name: Text | None = None
    offline_prefix: str = Field(
        default="", pattern=r"^([A-Z]{1,3}-?|[1-9]\d?|)$", description="a kiosk's own series when cut off"
    )


class Office(Model):
    """Everything an office is configured with. ``format`` 1."""

    format: Literal[1] = 1
    province: Id
    id: Id
    name: Text
    address: Text | None = None
    hotline: str = ""
    languages: tuple[Lang, ...] = Field(default=("vi", "en"), min_length=1, max_length=6)
    public_base_url: str | None = Field(default=None, pattern=r"^https?://[^\s/]+(/[^\s]*)?$")
    hours: Hours
    holidays: Literal["VN", "none"] = "VN"
    days: tuple[SpecialDay, ...] = ()
    policy: Policy = Policy()
    priority: Priority = Priority()
    services: tuple[Service, ...] = Field(min_length=1)
    counters: tuple[Counter, ...] = Field(min_length=1)
    devices: tuple[Device, ...] = ()
    notices: tuple[Text, ...] = ()
    guidance: tuple[Guidance, ...] = Field(default=(), max_length=8)
    dossiers: DossierPolicy = DossierPolicy()
    rating: RatingPolicy = RatingPolicy()

    def walk(self) -> Iterator[Service]:
        """All services, groups before their members, in the configured order."""
        for service in self.services:
            yield service
            yield from service.services

    def leaves(self) -> list[Service]:
        """The services numbers are given for."""
        return [s for s in self.walk() if s.is_leaf]

    def service(self, service_id: str) -> Service | None:
        """Find a service or group by id."""
        return next((s for s in self.walk() if s.id == service_id), None)

    def counter(self, counter_id: str) -> Counter | None:
        """Find a counter by id."""
        return next((c for c in self.counters if c.id == counter_id), None)

    def counters_for(self, service_id: str) -> list[Counter]:
        """The counters that take a service, by number."""
        return sorted((c for c in self.counters if service_id in c.tiers), key=lambda c: c.number)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        check_office(self)
        return self


def format_number(prefix: str, ordinal: int, digits: int) -> str:
    """``A`` + 25 → ``A025``; after 999 comes 1000: the number grows, it never restarts within the day."""
    return f"{prefix}{ordinal:0{digits}d}"


def check_office(office: Office) -> None:
    """Check what no single field can see; raises :class:`ValueError` with ``path: problem``."""
    walked = list(office.walk())
    _unique("services", [s.id for s in walked])
    _unique("counters", [c.id for c in office.counters])
    _unique("counters.number", [str(c.number) for c in office.counters])
    _unique("priority.classes", [c.id for c in office.priority.classes])
    _unique("devices", [d.id for d in office.devices])
    leaves = {s.id: s for s in walked if s.is_leaf}
    for service in walked:
        if service.services and any(child.services for child in service.services):
            _fail(f"services.{service.id}", "services have two levels, no more")
        if service.is_leaf and not service.prefix:
            _fail(f"services.{service.id}.prefix", "a service that gives numbers needs a prefix such as A, HT- or 1")
        if service.is_leaf and service.id not in {s for c in office.counters for s in c.tiers}:
            _fail(f"services.{service.id}", "no counter takes this service")
    for counter in office.counters:
        for service_id in counter.tiers:
            if service_id not in leaves:
                _fail(f"counters.{counter.id}.services", f"“{service_id}” is not a service that gives numbers")
    _check_series(office, list(leaves.values()))


def _check_series(office: Office, leaves: list[Service]) -> None:
    digits: dict[str, int] = {}
    for service in leaves:
        if digits.setdefault(service.prefix, service.digits) != service.digits:
            _fail(f"services.{service.id}.digits", f"all services of prefix {service.prefix} need the same digits")
    prefixes = [*digits, *(d.offline_prefix for d in office.devices if d.offline_prefix)]
    _unique(
        "devices.offline_prefix",
        [p for p in prefixes if prefixes.count(p) > 1 and p not in digits] or prefixes,
    )
    numeric = sorted(p for p in set(prefixes) if p.isdigit())
    for short in numeric:
        for long in numeric:
            if short != long and long.startswith(short):
                _fail("services.prefix", f"prefixes {short} and {long} can give the same number")
    for counter in office.counters:
        if counter.sign is None:
            continue
        for service in leaves:
            # one series for all services of a prefix: their limits add up
            limits = [s.daily_limit for s in leaves if s.prefix == service.prefix]
            highest = 9999 if None in limits else sum(limit or 0 for limit in limits)
            largest = format_number(service.prefix, highest, service.digits)
            if counter.sign.kind == "numeric" and not largest.isdigit():
                _fail(
                    f"counters.{counter.id}.sign",
                    f"a numeric sign cannot show {largest} ({service.id}): use a numeric prefix",
                )
            if len(largest) > counter.sign.digits:
                _fail(
                    f"counters.{counter.id}.sign",
                    f"{counter.sign.digits} cells cannot show {largest} ({service.id}): set daily_limit or widen it",
                )


def _unique(where: str, ids: list[str]) -> None:
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        _fail(where, f"stands twice: {', '.join(twice)}")


def _fail(path: str, problem: str) -> None:
    message = f"{path}: {problem}"
    raise ValueError(message)


def dump_office(office: Office) -> dict[str, Any]:
    """The office as plain JSON values, the way events and the console hold it."""
    return office.model_dump(mode="json", exclude_defaults=True)
