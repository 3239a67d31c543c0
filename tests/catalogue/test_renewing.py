"""The province's new list comes by night: taken when it is good, refused when not, and asked for only when new."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner, Result

from motcua.catalogue_command import app
from queue_core.errors import MotcuaError
from queue_hub.catalogue_shelf import Shelf
from queue_kit.catalogue.published import published
from queue_kit.catalogue.reader import Catalogue
from queue_kit.catalogue.renewing import previous
from queue_kit.catalogue.shipped import SOURCE
from queue_kit.catalogue.store import build, verify
from queue_kit.catalogue.words import LifeEvents, Synonyms, read_events, read_synonyms
from tests.catalogue.province_peer import Province, province


def records(count: int, *, first: int = 0) -> list[dict[str, str]]:
    """So many procedures in the portal's shape."""
    numbers = range(first, first + count)
    return [{"ma_thu_tuc": f"1.{n:06}", "ten_thu_tuc": f"Thủ tục thứ {n}", "linh_vuc": "Hộ tịch"} for n in numbers]


def as_json(found: list[dict[str, str]]) -> bytes:
    return json.dumps(found, ensure_ascii=False).encode()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Province, Path]]:
    with province(tmp_path_factory.mktemp("authority") / "ca") as both:
        yield both


@pytest.fixture
def there(server: tuple[Province, Path]) -> Province:
    peer, _ = server
    peer.body, peer.etag, peer.modified_s, peer.trouble = as_json(records(40)), '"1"', 0.0, ""
    peer.asked.clear()
    peer.answered.clear()
    return peer


@pytest.fixture
def ca(server: tuple[Province, Path]) -> Path:
    return server[1]


@pytest.fixture
def into(tmp_path: Path) -> Path:
    """Where the hub has its catalogue, with nothing beside it."""
    folder = tmp_path / "hub"
    folder.mkdir()
    return folder / "catalogue.db"


def fetch(source: str | Path, into: Path, *words: object, code: int = 0) -> Result:
    """The command as its unit has it, but for the everyday words: the shipped ones take a second to read."""
    own = into.parent.parent / "words.yaml"
    if not own.exists():
        own.write_text("same: [[sổ đỏ, sổ hồng]]\n", encoding="utf-8")
    said = ["fetch", "--from", str(source), "--into", str(into), "--words", str(own), *map(str, words)]
    result = CliRunner().invoke(app, said)
    assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
    return result


def codes(path: Path) -> set[str]:
    with Catalogue(path) as catalogue:
        return {one.code for one in catalogue.procedures()}


def left_beside(into: Path) -> set[str]:
    return {path.name for path in into.parent.iterdir()}


def test_a_newer_list_is_taken_the_same_one_is_not_even_sent_and_the_old_one_is_kept(
    there: Province, ca: Path, into: Path
) -> None:
    assert "new: 40 procedures" in fetch(there.url, into, "--ca", ca).stdout
    first = into.read_bytes()
    said = fetch(there.url, into, "--ca", ca).stdout
    assert "unchanged (the server has nothing newer)" in said
    assert there.answered == [200, 304]
    assert there.asked[1]["if-none-match"] == '"1"'
    assert (into.read_bytes(), previous(into).exists()) == (first, False)
    there.body, there.etag = as_json(records(41)), '"2"'
    values = json.loads(fetch(there.url, into, "--ca", ca, "--json").stdout)
    assert (values["new"], values["before"], values["after"], values["lost"]) == (True, 40, 41, [])
    assert verify(into) == values["hash"]
    assert (previous(into).read_bytes(), len(codes(into))) == (first, 41)
    assert left_beside(into) == {"catalogue.db", "catalogue.db.previous", "catalogue.db.source"}


def test_a_server_that_knows_days_only_is_asked_by_the_day(there: Province, ca: Path, into: Path) -> None:
    there.etag, there.modified_s = "", 1_790_000_000.0
    fetch(there.url, into, "--ca", ca)
    fetch(there.url, into, "--ca", ca)
    assert there.answered == [200, 304]


def test_the_same_content_under_another_edition_changes_nothing_and_says_so(
    there: Province, ca: Path, into: Path
) -> None:
    fetch(there.url, into, "--ca", ca)
    before = (into.stat().st_ino, into.stat().st_mtime_ns)
    there.body, there.etag = as_json(records(40)[::-1]), '"2"'
    assert fetch(there.url, into, "--ca", ca).stdout.endswith(", unchanged\n")
    assert ((into.stat().st_ino, into.stat().st_mtime_ns), previous(into).exists()) == (before, False)
    fetch(there.url, into, "--ca", ca)
    assert there.answered == [200, 200, 304]


def test_what_was_asked_last_does_not_count_when_something_else_lies_there_now(
    there: Province, ca: Path, into: Path, tmp_path: Path
) -> None:
    fetch(there.url, into, "--ca", ca)
    own_words = tmp_path / "other.yaml"
    own_words.write_text("same: [[khai sinh, giấy khai sinh]]\n", encoding="utf-8")
    said = fetch(there.url, into, "--ca", ca, "--words", own_words).stdout
    assert "new: 40" in said, "other words, another catalogue"
    build(into, [], Synonyms(), LifeEvents())  # somebody's import by hand
    assert "new: 40" in fetch(there.url, into, "--ca", ca).stdout
    (into.parent / "catalogue.db.source").write_text("{", encoding="utf-8")
    fetch(there.url, into, "--ca", ca)
    into.write_bytes(b"broken")
    fetch(there.url, into, "--ca", ca)
    assert there.answered == [200] * 5
    assert len(codes(into)) == 40


def sheet(*, rows: int) -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["Mã thủ tục", "Tên thủ tục"])  # type: ignore[union-attr]
    for one in records(rows):
        book.active.append([one["ma_thu_tuc"], one["ten_thu_tuc"]])  # type: ignore[union-attr]
    book.save(out)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/a.xml", "w") as one:
        for _ in range(201):
            one.write(bytes(1024 * 1024))
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (as_json(records(7)), 7),
        (b"\xef\xbb\xbf \n" + as_json(records(7)), 7),
        (sheet(rows=9), 9),
        ("Mã thủ tục;Tên thủ tục\n1.000001;Một\n1.000002;Hai\n".encode(), 2),
    ],
)
def test_what_a_list_is_shows_in_its_first_bytes_whatever_the_server_calls_it(
    there: Province, ca: Path, into: Path, body: bytes, count: int
) -> None:
    there.body = body
    fetch(there.url, into, "--ca", ca)
    assert len(codes(into)) == count
    assert left_beside(into) == {"catalogue.db", "catalogue.db.source"}, "no file got the server's name"


BAD = [
    ("", b"[]", 2, "catalogue.source_empty"),
    ("", as_json([{"ten_thu_tuc": "x"}, {"ten_thu_tuc": "y"}]), 2, "catalogue.source_empty"),
    ("", as_json(records(35)), 2, "catalogue.source_loses"),
    ("", as_json(records(40, first=36)), 2, "catalogue.source_loses"),
    ("", b'[{"ma_thu_tuc": ', 2, "catalogue.source_unreadable"),
    ("", b"\x00\x01\x02\xff", 2, "catalogue.source_unreadable"),
    ("", b"PK\x03\x04nothing", 2, "catalogue.source_unreadable"),
    ("", bomb(), 2, "catalogue.source_unreadable"),
    ("", b"<!DOCTYPE html><title>Log in</title>", 2, "catalogue.source_unreadable"),
    ("", b"", 2, "catalogue.source_unreadable"),
    ("to_http", b"", 2, "catalogue.source_not_https"),
    ("to_itself", b"", 1, "catalogue.away"),
    ("error", b"", 1, "catalogue.away"),
    ("cut", as_json(records(41)), 1, "catalogue.away"),
]


@pytest.mark.parametrize(("trouble", "body", "code", "key"), BAD)
def test_whatever_is_wrong_with_the_new_list_the_old_one_stays(  # noqa: PLR0917 -- the columns of the table
    there: Province, ca: Path, into: Path, trouble: str, body: bytes, code: int, key: str
) -> None:
    fetch(there.url, into, "--ca", ca)
    before, kept = into.read_bytes(), (into.parent / "catalogue.db.source").read_bytes()
    there.body, there.etag, there.trouble = body, '"2"', trouble
    result = fetch(there.url, into, "--ca", ca, code=code)
    vi, en, last = result.stderr.strip().splitlines()[-3:]
    assert last == f"({key})"
    assert vi != en
    assert into.read_bytes() == before
    assert (into.parent / "catalogue.db.source").read_bytes() == kept, "the bad one is asked for again"
    assert left_beside(into) == {"catalogue.db", "catalogue.db.source"}


def test_a_list_that_lost_too_much_is_told_with_its_figures_and_may_be_let_in(
    there: Province, ca: Path, into: Path
) -> None:
    fetch(there.url, into, "--ca", ca)
    there.body, there.etag = as_json(records(35)), '"2"'
    said = fetch(there.url, into, "--ca", ca, "--json", code=2)
    error = json.loads(said.stdout)["error"]
    assert "5 of the 40 procedures" in error["en"]
    assert "12 %" in error["vi"]
    assert "1.000035, 1.000036" in error["en"]
    there.body = as_json(records(36))
    assert "4 withdrawn" in fetch(there.url, into, "--ca", ca).stdout, "a tenth is usual"
    there.body, there.etag = as_json(records(1)), '"3"'
    assert "35 withdrawn" in fetch(there.url, into, "--ca", ca, "--most-lost", 100).stdout


def test_the_sample_that_every_hub_begins_with_may_be_replaced_by_anything(
    there: Province, ca: Path, into: Path, shipped_file: Path
) -> None:
    shutil.copy(shipped_file, into)
    assert "new: 40" in fetch(there.url, into, "--ca", ca).stdout
    assert previous(into).read_bytes() == shipped_file.read_bytes()


def test_only_the_named_authority_is_believed_and_only_https_is_asked(
    there: Province, into: Path, tmp_path: Path
) -> None:
    assert "(catalogue.away)" in fetch(there.url, into, code=1).stderr
    assert "(catalogue.away)" in fetch("https://localhost:1/list", into, code=1).stderr
    for address in (there.url.replace("https:", "http:"), "ftp://localhost/list", "file:///etc/passwd"):
        assert "(catalogue.source_not_https)" in fetch(address, into, code=2).stderr
    assert there.asked == []
    assert not into.exists()


def test_a_list_that_moved_is_followed(there: Province, ca: Path, into: Path) -> None:
    there.trouble = "moved"
    fetch(there.url, into, "--ca", ca)
    assert [one["path"] for one in there.asked] == ["/list", "/elsewhere/list?year=2026"]
    assert len(codes(into)) == 40


def test_a_server_may_send_so_much_and_no_more(there: Province, ca: Path, into: Path) -> None:
    there.trouble = "huge"
    with (
        pytest.raises(MotcuaError, match=r"catalogue\.too_large"),
        published(there.url, beside=into, ca=ca, limit_bytes=1024 * 1024),
    ):
        pytest.fail("it was taken")
    assert left_beside(into) == set()


def test_a_folder_that_is_carried_there_serves_as_well(into: Path, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    assert "(catalogue.away)" in fetch(stick, into, code=1).stderr, "it is not in tonight"
    stick.mkdir()
    assert "(catalogue.source_unreadable)" in fetch(stick, into, code=2).stderr
    shutil.copy(SOURCE, stick / "list.json")
    assert "new: 18" in fetch(stick, into).stdout
    assert "unchanged" in fetch(stick, into).stdout


def test_what_a_run_that_was_cut_left_behind_is_taken_away(there: Province, ca: Path, into: Path) -> None:
    left = into.parent / ".catalogue.db.fetch-abc"
    left.mkdir()
    (left / "list").write_bytes(b"half")
    fetch(there.url, into, "--ca", ca)
    assert not left.exists()


def test_the_hub_offers_what_came(there: Province, ca: Path, into: Path, tmp_path: Path) -> None:
    build(into, [], read_synonyms(), read_events())
    offers: list[Any] = []
    shelf = Shelf(into, tmp_path / "shelf", offers.append)
    shelf.look()
    fetch(there.url, into, "--ca", ca)
    assert shelf.look()
    assert offers[-1].procedures == 40
