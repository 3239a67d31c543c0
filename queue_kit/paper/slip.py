"""The queue slip: what stands on it, in words.

The same words are drawn by :mod:`queue_kit.paper.layout` and given as plain lines by :func:`slip_lines`, so a test
of the words is a test of the paper. ``python -m queue_kit.paper.slip --out slip.png`` draws an example to look at.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta, timezone
from typing import Annotated, Final, Literal, NamedTuple, Self

from PIL import Image
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from queue_core.commands import Lang
from queue_core.vietnamese import nfc
from queue_kit.languages import BREAK, languages, nearest, tr, weekday

VIET_NAM: Final = timezone(timedelta(hours=7))  # Asia/Ho_Chi_Minh has known no other offset since 1975
WIDTH_DOTS: Final = {80: 576, 58: 384}
"""Printable dots across a roll of so many millimetres, at 203 dpi (8 dots a millimetre)."""

_SOON_MIN: Final = 5
_HOURS_FROM_MIN: Final = 90
_NB: Final = "\u00a0"  # keeps a number and its unit on one line

Role = Literal[
    "reprint", "office", "title", "number", "priority", "service", "counters",
    "ahead", "wait", "told", "closing", "when", "follow", "no_show", "thanks",
]  # fmt: skip


class Line(NamedTuple):
    """One thing said on the slip: its part in the layout, and the words."""

    role: Role
    text: str


def _tidy(text: str) -> str:
    """NFC, one space between words, no control characters: real procedure names come with line breaks in them."""
    return " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in nfc(text)).split())


Words = Annotated[str, AfterValidator(_tidy), Field(min_length=1, max_length=1000)]


class Slip(BaseModel):
    """What a queue slip says. All times aware; names in the slip's language.

    :ivar counters: counters' short names, "2" or "3A"; printed as "Quầy 2 hoặc 3A". Empty: none is named.
    :ivar ahead: people before this one, None when not known.
    :ivar wait_low_min, wait_high_min: the estimate's range in minutes, both or neither.
    :ivar told_at: when the estimate was made. Needed with an estimate.
    :ivar past_closing: the far end of the estimate lies after closing, and the slip says so.
    :ivar priority_mark: the word beside the star ("Ưu tiên"); None for an ordinary number.
    :ivar follow_url: address of the public page; without it no QR is printed.
    :ivar no_show_after: a missed number is called again after so many numbers, with ``no_show_limit`` both or neither.
    :ivar thanks: another closing sentence than the usual one.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    office_name: Words
    number: Annotated[str, Field(pattern=r"^[0-9A-ZĐ]{1,6}(-[0-9A-ZĐ]{1,6})?$")]
    service_name: Words
    issued_at: AwareDatetime
    title: Words | None = None
    counters: tuple[Words, ...] = ()
    ahead: Annotated[int, Field(ge=0)] | None = None
    wait_low_min: Annotated[int, Field(ge=0)] | None = None
    wait_high_min: Annotated[int, Field(ge=0)] | None = None
    told_at: AwareDatetime | None = None
    past_closing: bool = False
    priority_mark: Words | None = None
    follow_url: Annotated[str, Field(pattern=r"^https?://[!-~]{1,300}$")] | None = None
    no_show_after: Annotated[int, Field(ge=1)] | None = None
    no_show_limit: Annotated[int, Field(ge=1)] | None = None
    thanks: Words | None = None
    lang: Lang = "vi"
    reprint: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.wait_low_min is None) != (self.wait_high_min is None):
            message = "wait_low_min and wait_high_min belong together"
            raise ValueError(message)
        if self.wait_low_min is not None and self.wait_high_min is not None:
            if self.wait_low_min > self.wait_high_min:
                message = "wait_low_min is above wait_high_min"
                raise ValueError(message)
            if self.told_at is None:
                message = "an estimate needs told_at"
                raise ValueError(message)
        if (self.no_show_after is None) != (self.no_show_limit is None):
            message = "no_show_after and no_show_limit belong together"
            raise ValueError(message)
        return self


def slip_blocks(slip: Slip) -> list[Line]:
    """Give everything the slip says, top to bottom, each with its role; a QR stands beside the role ``follow``."""
    said: list[tuple[Role, str | None]] = [
        ("reprint", tr(slip.lang, "slip.reprint") if slip.reprint else None),
        ("office", slip.office_name),
        ("title", slip.title or tr(slip.lang, "slip.title")),
        ("number", slip.number),
        ("priority", slip.priority_mark),
        ("service", slip.service_name),
        ("counters", _counters(slip)),
        ("ahead", _ahead(slip)),
        ("wait", _wait(slip)),
        ("told", _told(slip)),
        ("closing", tr(slip.lang, "slip.closing") if slip.past_closing else None),
        ("when", _when(slip)),
        ("follow", tr(slip.lang, "slip.follow") if slip.follow_url else None),
        ("no_show", _no_show(slip)),
        ("thanks", slip.thanks or tr(slip.lang, "slip.thanks")),
    ]
    return [Line(role, text) for role, text in said if text]


def slip_lines(slip: Slip) -> list[str]:
    """Give the slip's words as plain lines, unwrapped, ordinary spaces only."""
    return [line.text.replace(_NB, " ").replace(BREAK, "") for line in slip_blocks(slip)]


def slip_image(slip: Slip, width_dots: int = 576, *, native_codes: bool = False) -> Image.Image:
    """Draw the slip: Pillow mode ``1``, ``width_dots`` wide, 0 black. Raises FontMissingError without a font.

    ``native_codes``: the printer draws the QR; its place and text stand in the picture's ``info``.
    """
    from queue_kit.paper.layout import draw_slip

    return draw_slip(slip, width_dots, native_codes=native_codes)


def _counters(slip: Slip) -> str | None:
    if not slip.counters:
        return None
    names = list(slip.counters)
    joined = tr(slip.lang, "slip.or").join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return tr(slip.lang, "slip.counters", counters=joined)


def _ahead(slip: Slip) -> str | None:
    if slip.ahead is None:
        return None
    return tr(slip.lang, "slip.ahead", count=slip.ahead) if slip.ahead else tr(slip.lang, "slip.nobody")


def _wait(slip: Slip) -> str | None:
    low, high = slip.wait_low_min, slip.wait_high_min
    if low is None or high is None:
        return None
    if high <= _SOON_MIN:
        return tr(slip.lang, "slip.soon")
    if low in {0, high}:
        return tr(slip.lang, "slip.about" if low else "slip.at_most", time=_duration(high, slip.lang))
    if high <= _HOURS_FROM_MIN:
        return tr(slip.lang, "slip.range", low=low, high=high)
    return tr(slip.lang, "slip.range_hours", low=_duration(low, slip.lang), high=_duration(high, slip.lang))


def _duration(minutes: int, lang: str) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return tr(lang, "slip.minutes", minutes=minutes)
    return tr(lang, "slip.hours_minutes" if rest else "slip.hours", hours=hours, minutes=rest)


def _told(slip: Slip) -> str | None:
    if slip.told_at is None or (slip.wait_high_min is None and slip.ahead is None):
        return None
    return tr(slip.lang, "slip.told", time=slip.told_at.astimezone(VIET_NAM).strftime("%H:%M"))


def _when(slip: Slip) -> str:
    return f"{slip.issued_at.astimezone(VIET_NAM):%H:%M} · {day_words(slip.issued_at, slip.lang)}"


def day_words(at: datetime, lang: str) -> str:
    """The weekday and the date of an aware time, as the office's calendar has them."""
    here = at.astimezone(VIET_NAM)
    name = weekday(lang, here.weekday()).replace(" ", _NB)
    return tr(lang, "slip.day", weekday=name, date=f"{here:%d/%m/%Y}")


def _no_show(slip: Slip) -> str | None:
    if slip.no_show_after is None:
        return None
    return tr(slip.lang, "slip.no_show", after=slip.no_show_after, limit=slip.no_show_limit)


def example_slip(*, lang: str = "vi", long: bool = False, reprint: bool = False) -> Slip:
    """Give an example to look at; ``long`` has the longest names real offices use."""
    office = {
        "vi": "Trung tâm Phục vụ hành chính công phường Vĩnh Trung",
        "en": "Public Administration Service Centre, Vĩnh Trung Ward",
    }
    short = {"vi": "Hộ tịch: khai sinh, kết hôn, khai tử", "en": "Civil status: birth, marriage, death"}
    longest = {
        "vi": "Lĩnh vực Quản lý Công sản, Đất đai, Tài nguyên và Môi trường, Xây dựng và Quản lý đô thị",
        "en": "Public property, land, natural resources and environment, construction and urban management",
    }
    at = datetime(2026, 11, 23, 8, 42, tzinfo=VIET_NAM)
    return Slip(
        office_name=nearest(office, lang),
        number="HT-015" if long else "A025",
        service_name=nearest(longest if long else short, lang),
        issued_at=at,
        counters=("2", "3", "7A") if long else ("2", "3"),
        ahead=23 if long else 3,
        wait_low_min=70 if long else 10,
        wait_high_min=105 if long else 15,
        told_at=at,
        past_closing=long,
        priority_mark=tr(lang, "slip.priority") if long else None,
        follow_url="https://motcua.example.gov.vn/t/7Q2K-M9XD-4HFA-01",
        no_show_after=3,
        no_show_limit=3,
        lang=lang,
        reprint=reprint,
    )


def main() -> None:
    """Draw an example slip into a PNG file and print its words."""
    import argparse
    import sys
    from pathlib import Path

    parser = argparse.ArgumentParser(description="Draw an example queue slip.")
    parser.add_argument("--out", type=Path, required=True, help="the PNG file to write")
    parser.add_argument("--roll-mm", type=int, choices=sorted(WIDTH_DOTS), default=80, help="width of the paper roll")
    parser.add_argument("--lang", choices=languages(), default="vi")
    parser.add_argument("--long", action="store_true", help="with the longest names of real life")
    parser.add_argument("--reprint", action="store_true")
    parser.add_argument("--test", action="store_true", help="the technician's test slip instead")
    args = parser.parse_args()
    width_dots = WIDTH_DOTS[args.roll_mm]
    if args.test:
        from queue_kit.paper.trial import draw_trial_slip, trial_slip_lines

        lines = trial_slip_lines(width_dots=width_dots, at=datetime.now(VIET_NAM))
        image = draw_trial_slip(lines, width_dots)
    else:
        slip = example_slip(lang=args.lang, long=args.long, reprint=args.reprint)
        lines, image = slip_lines(slip), slip_image(slip, width_dots)
    image.save(args.out)
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
