"""A mistake in the configuration: the message names the key path, the line and what is allowed, in two languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from queue_core.errors import ConfigError
from queue_core.office_file import parse_office, read_office

GOOD = """\
format: 1
province: lam-dong
id: xa-mau
name: {vi: "Xã Mẫu Sơn", en: "Mẫu Sơn Commune"}
hours:
  mon-fri: ["07:30-11:30", "13:30-17:00"]
  sat: ["07:30-11:30"]
  sun: []
days:
  - date: "2026-12-31"
    name: Kiểm kê
    hours: []
priority:
  ratio: 2
  classes:
    - {id: cao-tuoi, name: Người cao tuổi}
services:
  - id: ho-tich
    name: Hộ tịch
    prefix: A
    daily_limit: 50
  - id: nhom
    name: Đất đai
    services:
      - id: dat-dai
        name: Đất đai, nhà ở
        prefix: C
counters:
  - id: q1
    number: 1
    services: [ho-tich, dat-dai]
  - id: q2
    number: 2
    services: [[ho-tich, dat-dai]]
"""


def test_a_good_file() -> None:
    office = parse_office(GOOD)
    assert [s.id for s in office.leaves()] == ["ho-tich", "dat-dai"]
    assert office.hours["tue"] == [(450, 690), (810, 1020)]
    assert office.hours["sun"] == []
    assert office.counters[1].tiers == {"ho-tich": 0, "dat-dai": 0}
    assert office.days[0].hours == ()


@pytest.mark.parametrize(
    ("good", "bad", "line", "path", "says"),
    [
        ("    prefix: A\n", "    prefix: a1\n", 20, "services.0.prefix", "pattern"),
        ("    daily_limit: 50", "    daily_limit: 0", 21, "services.0.daily_limit", "1 or more"),
        ("    daily_limit: 50", "    daily_limit: many", 21, "services.0.daily_limit", "integer"),
        ("  ratio: 2", "  ratio: 99", 14, "priority.ratio", "20 or less"),
        ("  ratio: 2", "  ratios: 2", 14, "priority.ratios", "only the keys"),
        ("province: lam-dong\n", "", 1, "province", "required"),
        ("province: lam-dong", "province: Lâm Đồng", 2, "province", "pattern"),
        ('"13:30-17:00"]', '"13:30-25:00"]', 5, "hours", "not a time span"),
        ('"13:30-17:00"]', '"13:30-24:30"]', 5, "hours", "between 00:00 and 24:00"),
        ('"13:30-17:00"]', '"11:00-17:00"]', 5, "hours", "not overlap"),
        ("  mon-fri:", "  fri-mon:", 5, "hours", "runs backwards"),
        ("  mon-fri:", "  t2-t6:", 5, "hours", "not a weekday"),
        ("  sat:", "  fri:", 5, "hours", "stands twice"),
        ('date: "2026-12-31"', 'date: "2026-02-30"', 10, "days.0.date", "day is out of range"),
        ("        prefix: C\n", "", 25, "services.dat-dai.prefix", "needs a prefix"),
        ("[ho-tich, dat-dai]\n  -", "[ho-tich, dat-dai, x]\n  -", 31, "counters.q1.services", "not a service"),
        ("    number: 2", "    number: 1", 28, "counters.number", "stands twice"),
        ("      - id: dat-dai", "      - id: ho-tich", 17, "services", "stands twice: ho-tich"),
        ("name: {vi: ", "name: {fr: ", 4, "name", "Vietnamese text"),
    ],
)
def test_a_mistake_is_named_with_its_line(good: str, bad: str, line: int, path: str, says: str) -> None:
    assert good in GOOD
    with pytest.raises(ConfigError) as caught:
        parse_office(GOOD.replace(good, bad, 1))
    error = caught.value
    assert error.key == "config.invalid"
    assert error.details["path"] == path
    assert error.details["line"] == line
    assert says in error.en
    assert f"Cấu hình sai ở {path} (dòng {line})" in error.vi
    assert "Cho phép" in error.vi
    assert "không dùng được" not in error.vi, f"no Vietnamese for: {error.en}"
    assert "{" not in error.vi.replace(r"{1,32}", "").replace(r"{1,3}", "")
    assert f"(line {line})" in error.en


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("services: [", "office.yaml:1"),
        ("a: 1\na: 2\n", "office.yaml:2"),
        ("- one\n- two\n", "not a mapping"),
        ("", "not a mapping"),
        ("a: &x [*x]\n", ""),
        ("\x00", "office.yaml"),
        ("a: !!python/object/apply:os.system ['true']\n", ""),
        ("[" * 500, "office.yaml"),
    ],
)
def test_what_is_no_configuration_at_all(text: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_office(text)
    assert caught.value.key in {"config.unreadable", "config.invalid"}
    assert says in caught.value.en


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    for path, content in [(tmp_path / "none.yaml", None), (tmp_path / "bytes.yaml", b"\xff\xfe\x00"), (tmp_path, None)]:
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(ConfigError) as caught:
            read_office(path)
        assert caught.value.key == "config.unreadable"
    big = tmp_path / "big.yaml"
    big.write_bytes(b"#" * (4 * 1024 * 1024 + 1))
    with pytest.raises(ConfigError, match="over"):
        read_office(big)


def test_yaml_as_people_write_it() -> None:
    """16:30 is a text and no a word (YAML 1.2), accents may be decomposed, one text is Vietnamese."""
    import unicodedata

    decomposed = unicodedata.normalize("NFD", GOOD)
    assert parse_office(decomposed).name["vi"] == "Xã Mẫu Sơn"
    assert parse_office(GOOD.replace("name: Hộ tịch", "name: no")).services[0].name == {"vi": "no"}
