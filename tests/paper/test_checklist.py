"""The checklist to take home: what stands on it, on both rolls, with the longest there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import zxingcpp

from queue_kit.paper.checklist import checklist_of, draw_checklist
from queue_kit.paper.slip import WIDTH_DOTS
from tests.kiosk import shelf_sample

TODAY = date(2026, 11, 25)
OFFICE = {"vi": "Trung tâm Phục vụ hành chính công xã Mẫu Sơn", "en": "Mẫu Sơn Commune Public Service Centre"}


def test_its_words() -> None:
    birth = shelf_sample.catalogue().get("1.001193")
    said = checklist_of(birth, office=OFFICE, lang="vi", day=TODAY)
    assert (said.office, said.title, said.name) == (OFFICE["vi"], "GIẤY TỜ CẦN MANG", "Đăng ký khai sinh")
    assert [name for _, name, _ in said.papers] == [paper.name for paper in birth.papers]
    assert {counts for _, _, counts in said.papers} == {"1 bản chính"}
    assert said.facts[-1] == "Phí, lệ phí và thời hạn áp dụng cho ngày 25/11/2026."
    assert "1.001193" in said.foot
    english = checklist_of(birth, office=OFFICE, lang="en", day=None)
    assert (english.title, english.office) == ("PAPERS TO BRING", OFFICE["en"])
    assert not any("25/11" in fact for fact in english.facts)


@pytest.mark.parametrize("paper_mm", [80, 58])
def test_it_is_drawn_as_wide_as_the_roll_with_a_box_a_paper_and_a_code_that_reads(paper_mm: int) -> None:
    birth = shelf_sample.catalogue().get("1.001193")
    picture = draw_checklist(checklist_of(birth, office=OFFICE, lang="vi", day=TODAY), WIDTH_DOTS[paper_mm])
    assert (picture.width, picture.mode) == (WIDTH_DOTS[paper_mm], "1")
    grey = picture.convert("L")
    (code,) = zxingcpp.read_barcodes(grey)
    assert code.text == birth.url
    # Each box has a left edge of ink 34 dots high at the margin, and nothing else has.
    edge = [grey.getpixel((9, y)) == 0 for y in range(grey.height)]
    runs = "".join("x" if dark else " " for dark in edge).split()
    assert sum(len(run) >= 30 for run in runs) == len(birth.papers)


def test_a_hundred_papers_are_not_metres_of_paper() -> None:
    said = checklist_of(shelf_sample.absurd(), office=OFFICE, lang="vi", day=TODAY)
    assert (len(said.papers), said.more) == (24, 87)
    assert all(len(name) <= 222 for _, name, _ in said.papers)
    picture = draw_checklist(said)
    assert picture.height < 8 * 1100, "1.1 m"


def test_no_office_no_url_no_fees_is_no_harm() -> None:
    bare = replace(shelf_sample.catalogue().get("1.001193"), url="", channels=())
    said = checklist_of(bare, office={}, lang="vi", day=TODAY)
    assert (said.office, said.url, said.facts) == ("", "", ())
    assert draw_checklist(said, 384).height > 200
