"""The slip of a booked visit: when to come, and the code that the kiosk reads.

``python -m queue_kit.paper.booking_slip --out slip.png`` draws an example to look at.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final

from PIL import Image
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from queue_core.booking_code import booking_text
from queue_core.commands import Lang
from queue_kit.languages import languages, nearest, tr
from queue_kit.paper.layout import BODY_DOTS, Sheet, number_picture, qr_picture
from queue_kit.paper.slip import VIET_NAM, WIDTH_DOTS, Words, day_words
from queue_kit.paper.typesetting import font_of

_TIME_DOTS: Final = 88


class BookingSlip(BaseModel):
    """What the slip of a booked visit says. All times aware; names in the slip's language.

    :ivar code: the six digits.
    :ivar at: the booked time. ``check_in_from``, ``check_in_until``: when a kiosk gives its number.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    office_name: Words
    code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    service_name: Words
    at: AwareDatetime
    check_in_from: AwareDatetime
    check_in_until: AwareDatetime
    lang: Lang = "vi"

    @property
    def title(self) -> str:
        """The kind of slip."""
        return tr(self.lang, "slip.booking.title")

    @property
    def time(self) -> str:
        """The hour, as a clock shows it."""
        return f"{self.at.astimezone(VIET_NAM):%H:%M}"

    @property
    def day(self) -> str:
        """Weekday and date."""
        return day_words(self.at, self.lang)

    @property
    def digits(self) -> str:
        """The code in two groups, as it is read aloud."""
        return f"{self.code[:3]} {self.code[3:]}"

    @property
    def scan(self) -> str:
        """What the code is for."""
        return tr(self.lang, "slip.booking.scan")

    @property
    def type_in(self) -> str:
        """For a kiosk without a scanner."""
        return tr(self.lang, "slip.booking.type_in")

    @property
    def window(self) -> str:
        """When the kiosk gives the number."""
        since, until = (f"{t.astimezone(VIET_NAM):%H:%M}" for t in (self.check_in_from, self.check_in_until))
        return tr(self.lang, "slip.booking.window", since=since, until=until)

    def lines(self) -> list[str]:
        """Everything it says, top to bottom."""
        return [
            self.office_name, self.title, self.time, self.day, self.service_name, self.digits, self.scan, self.type_in,
            self.window,
        ]  # fmt: skip


def booking_slip_image(slip: BookingSlip, width_dots: int = 576) -> Image.Image:
    """Draw it: Pillow mode ``1``, ``width_dots`` wide, 0 black. Raises FontMissingError without a font."""
    sheet = Sheet(width_dots)
    body, strong = font_of("medium", BODY_DOTS), font_of("bold", BODY_DOTS)
    sheet.text(slip.office_name, strong)
    sheet.gap(10)
    sheet.rule()
    sheet.gap(10)
    sheet.text(slip.title, body)
    sheet.text(slip.time, font_of("bold", _TIME_DOTS))
    sheet.text(slip.day, strong)
    sheet.gap(8)
    sheet.text(slip.service_name, font_of("bold", 46 if width_dots >= 512 else 42))
    sheet.gap(14)
    sheet.rule(dotted=True)
    sheet.gap(20)
    sheet.paste(number_picture(slip.digits, width_dots))
    sheet.gap(8)
    sheet.paste(qr_picture(booking_text(slip.code)))
    sheet.gap(-16)  # the code's quiet zone is white enough
    sheet.text(slip.scan, strong)
    sheet.text(slip.type_in, body)
    sheet.gap(8)
    sheet.text(slip.window, strong)
    sheet.gap(10)
    return sheet.finish()


def example_booking_slip(*, lang: str = "vi") -> BookingSlip:
    """Give an example to look at."""
    at = datetime(2026, 11, 24, 8, 30, tzinfo=VIET_NAM)
    return BookingSlip(
        office_name="Trung tâm Phục vụ hành chính công phường Vĩnh Trung",
        code="402913",
        service_name=nearest(
            {"vi": "Đất đai, xây dựng và môi trường", "en": "Land, construction and environment"}, lang
        ),
        at=at,
        check_in_from=at - timedelta(minutes=60),
        check_in_until=at + timedelta(minutes=15),
        lang=lang,
    )


def main() -> None:
    """Draw an example into a PNG file and print its words."""
    import argparse
    import sys
    from pathlib import Path

    parser = argparse.ArgumentParser(description="Draw an example of a booking's slip.")
    parser.add_argument("--out", type=Path, required=True, help="the PNG file to write")
    parser.add_argument("--roll-mm", type=int, choices=sorted(WIDTH_DOTS), default=80, help="width of the paper roll")
    parser.add_argument("--lang", choices=languages(), default="vi")
    args = parser.parse_args()
    slip = example_booking_slip(lang=args.lang)
    booking_slip_image(slip, WIDTH_DOTS[args.roll_mm]).save(args.out)
    sys.stdout.write("\n".join(slip.lines()) + "\n")


if __name__ == "__main__":
    main()
