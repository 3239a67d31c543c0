from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from motcua.catalogue_command import app
from queue_kit.catalogue.shipped import SOURCE
from tests.catalogue.real import LIST, needs_the_real_list


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def last_line(result: Result) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(result.stdout.strip().splitlines()[-1])
    return values


@needs_the_real_list
def test_importing_the_real_list_says_its_figures(tmp_path: Path) -> None:
    into = tmp_path / "catalogue.db"
    first = run("import", LIST, "--into", into, "--json")
    figures = last_line(first)["figures"]
    assert {k: figures[k] for k in ("records", "refused", "stored")} == {"records": 673, "refused": 7, "stored": 666}
    assert figures["incomplete"] > 0
    assert last_line(first)["bounds"] == {"import_s": ["<=", 5]}
    before = (into.stat().st_ino, into.stat().st_mtime_ns, into.read_bytes())
    second = run("import", LIST, "--into", into, "--json")
    assert "unchanged" in second.stdout
    assert (into.stat().st_ino, into.stat().st_mtime_ns, into.read_bytes()) == before


def test_an_import_tells_people_and_writes_every_finding(tmp_path: Path) -> None:
    bad = [{"ten_thu_tuc": "x"}, {"ma_thu_tuc": "1.004222", "ten_thu_tuc": "Đăng ký\nthường trú"}]
    (tmp_path / "a.json").write_text(json.dumps(bad), encoding="utf-8")
    result = run("import", tmp_path / "a.json", "--into", tmp_path / "c.db", "--report", tmp_path / "report.json")
    assert result.exit_code == 0
    assert "a.json:1" in result.stdout
    assert "không có mã thủ tục" in result.stdout
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["refused"] == [{"code": "a.json:1", "kind": "no_code", "detail": ""}]
    assert report["repaired"] == [{"code": "1.004222", "kind": "line_breaks", "detail": ""}]
    assert "agency" in report["incomplete"]["1.004222"]


def test_adding_keeps_the_rest_and_importing_replaces_it(tmp_path: Path) -> None:
    into, more = tmp_path / "c.db", tmp_path / "more.json"
    more.write_text(json.dumps({"ma_thu_tuc": "9.000001", "ten_thu_tuc": "Việc riêng của xã"}), encoding="utf-8")
    assert last_line(run("import", SOURCE, "--into", into, "--json"))["figures"]["stored"] == 18
    assert last_line(run("import", more, "--into", into, "--add", "--json"))["figures"]["stored"] == 19
    assert last_line(run("import", more, "--into", into, "--json"))["figures"]["stored"] == 1


def test_a_source_that_is_none_changes_nothing_and_says_what_to_do(tmp_path: Path) -> None:
    into = tmp_path / "c.db"
    run("import", SOURCE, "--into", into)
    before = into.read_bytes()
    (tmp_path / "x.json").write_text("{", encoding="utf-8")
    result = run("import", tmp_path / "x.json", "--into", into)
    assert result.exit_code == 2
    assert "catalogue.source_unreadable" in result.stderr
    assert "x.json" in result.stderr
    assert into.read_bytes() == before


def test_show_search_check_and_compare(tmp_path: Path) -> None:
    into = tmp_path / "c.db"
    run("import", SOURCE, "--into", into)
    shown = run("show", "1.004222", "--catalogue", into)
    assert "20.000 đồng/lần" in shown.stdout
    assert "phí, lệ phí của ngày" in shown.stdout
    assert last_line(run("show", "1.004222", "--catalogue", into, "--day", "2026-11-25", "--json"))["missing"] == []
    found = run("search", "nhap", "ho", "khau", "--catalogue", into, "--json")
    assert last_line(found)["hits"][0]["code"] == "1.004222"
    assert run("search", "qqqq", "--catalogue", into).exit_code == 1
    assert last_line(run("check", "--catalogue", into, "--json"))["procedures"] == 18
    assert run("compare", SOURCE, "--catalogue", into).exit_code == 0
    fewer = tmp_path / "list.csv"
    fewer.write_text("Mã thủ tục,Tên thủ tục\n1.004222,Đăng ký thường trú\n9.000001,Mới\n", encoding="utf-8")
    compared = run("compare", fewer, "--catalogue", into, "--json")
    assert compared.exit_code == 1
    assert last_line(compared)["missing"] == ["9.000001"]
    assert len(last_line(compared)["withdrawn"]) == 17


@pytest.mark.parametrize(
    "words", [("show", "9.000001"), ("check",), ("compare", SOURCE), ("search", "x")], ids=lambda w: str(w[0])
)
def test_a_catalogue_that_is_none_is_told_in_both_languages(tmp_path: Path, words: tuple[object, ...]) -> None:
    path = tmp_path / "c.db"
    path.write_text("không phải", encoding="utf-8")
    result = run(*words, "--catalogue", path)
    assert result.exit_code == 2
    assert "catalogue.not_one" in result.stderr
    assert "không phải là danh mục" in result.stderr
