"""`motcua journal …`, as a technician meets it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from queue_core.journal import Journal
from queue_core.journal_command import app


@pytest.fixture
def data(path: Path, office: Any, journal: Journal) -> Path:
    """A hub's data folder with the journal of a day and a half, at rest."""
    office.opens()
    office.issues(4)
    office.opens("2026-11-23")
    office.issues(2)
    journal.close()
    path.rename(path.with_name("hub.db"))
    return path.parent


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def last_json(result: Result) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return values


def test_verify_a_whole_journal(data: Path) -> None:
    result = run("verify", data)
    assert result.exit_code == 0
    assert result.stdout.startswith("whole: 8 records of epoch ")
    said = last_json(run("verify", data / "hub.db", "--json"))
    assert (said["ok"], said["records"], said["broken"]) == (True, 8, None)


def test_verify_names_the_first_broken_link(data: Path, tamper: Callable[..., None]) -> None:
    tamper(data / "hub.db", "UPDATE events SET day = 7 WHERE seq >= 3")
    result = run("verify", data)
    assert result.exit_code == 1
    assert "BROKEN at record 3" in result.stderr
    said = last_json(run("verify", data, "--json"))
    assert (said["ok"], said["broken"]["seq"], said["broken"]["what"]) == (False, 3, "hash")


@pytest.mark.parametrize("command", ["verify", "show", "backup"])
def test_a_missing_journal(tmp_path: Path, command: str) -> None:
    words = [command, tmp_path / "none.db", *([tmp_path / "copy.db"] if command == "backup" else [])]
    result = run(*words)
    assert result.exit_code == 2
    assert "Không có sổ nhật ký" in result.stderr
    assert "There is no journal" in result.stderr
    assert last_json(run(*words, "--json"))["error"]["key"] == "journal.missing"
    assert not list(tmp_path.iterdir()), "looking makes nothing"


def test_show(data: Path) -> None:
    lines = run("show", data).stdout.splitlines()
    assert len(lines) == 8
    assert lines[1].split()[:6] == ["2", "2026-11-22", "09:00:00", "ntp", "kiosk-1", "ticket_issued"]
    assert len(run("show", data, "--after", 2, "--limit", 3).stdout.splitlines()) == 3
    open_day = [json.loads(line) for line in run("show", data, "--open-day", "--json").stdout.splitlines()]
    assert [record["seq"] for record in open_day] == [6, 7, 8]
    assert open_day[1]["event"]["ticket"]["number"] == "A001"
    assert open_day[1]["request_id"] == "2-1"


def test_backup_and_its_warning(data: Path, tmp_path: Path) -> None:
    result = run("backup", data, tmp_path / "copy.db")
    assert result.exit_code == 0
    assert "8 records" in result.stdout
    assert "same device" in result.stderr
    (tmp_path / "stick").mkdir()
    said = last_json(run("backup", data, tmp_path / "stick", "--json"))
    assert (said["seq"], said["path"]) == (8, str(tmp_path / "stick" / "hub.db"))
    assert run("verify", tmp_path / "stick").exit_code == 0
    assert run("backup", data, data / "hub.db").exit_code == 2


def test_the_tools_work_beside_the_hub(data: Path, tmp_path: Path, new_office: Callable[[Journal], Any]) -> None:
    with Journal.open(data / "hub.db") as journal:
        new_office(journal).issues()
        assert "9 records" in run("verify", data).stdout
        assert run("backup", data, tmp_path / "copy.db").exit_code == 0
        refused = run("salvage", data, "--force", "--json")
        assert refused.exit_code == 2
        assert last_json(refused)["error"]["key"] == "journal.in_use"


def test_salvage(data: Path, tamper: Callable[..., None]) -> None:
    assert run("salvage", data).exit_code == 0
    assert not list(data.glob("*.corrupt.*")), "a whole journal is left alone"
    tamper(data / "hub.db", "UPDATE events SET day = 9 WHERE seq = 8")
    result = run("salvage", data)
    assert result.exit_code == 0
    assert "7 records kept, 1 lost" in result.stdout
    assert "đã được phục hồi" in result.stdout
    assert run("verify", data).exit_code == 0
    said = last_json(run("salvage", data, "--force", "--json"))
    assert (said["kept"], said["lost"], said["series"]) == (7, 0, {"A": 1})


def test_salvage_of_nothing(tmp_path: Path) -> None:
    result = run("salvage", tmp_path / "none.db", "--json")
    assert result.exit_code == 2
    assert last_json(result)["error"]["key"] == "journal.nothing_to_salvage"
