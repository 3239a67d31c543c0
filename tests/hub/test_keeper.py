"""The journal is backed up and verified beside the day's work, and trouble is reported."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from queue_core.clock import Moment
from queue_core.engine import Context, first_day
from queue_core.journal import Journal, JournalReader, Stamp
from queue_core.office_file import read_office
from queue_hub.keeper import BACKUP_NAME, Keeper

OFFICE = Path(__file__).parents[2] / "queue_hub" / "offices" / "commune.yaml"


def _journal(folder: Path) -> Journal:
    journal = Journal.open(folder / "hub.db")
    moment = Moment(1_795_400_000_000, 5, "boot", "ntp")
    journal.append([first_day(read_office(OFFICE), Context(now=moment))], Stamp("boot", 5, "ntp"), day=1)
    return journal


def test_a_backup_can_be_opened_and_says_when_it_lies_on_the_same_card(tmp_path: Path) -> None:
    told: dict[str, bool] = {}
    stick = tmp_path / "stick"
    stick.mkdir()
    with _journal(tmp_path) as journal:
        assert Keeper(journal, stick, told.__setitem__).back_up()
        epoch = journal.epoch
    with JournalReader(stick / BACKUP_NAME) as reader:
        assert reader.header.epoch == epoch
        assert reader.verify() is None
    assert told == {"backup_failed": False, "backup_same_device": True}


def test_a_stick_that_is_gone_is_reported(tmp_path: Path) -> None:
    told: dict[str, bool] = {}
    (tmp_path / "not-a-folder").write_text("")
    with _journal(tmp_path) as journal:
        assert not Keeper(journal, tmp_path / "not-a-folder", told.__setitem__).back_up()
    assert told == {"backup_failed": True}


def test_a_changed_record_is_reported_at_the_next_verification(tmp_path: Path) -> None:
    told: dict[str, bool] = {}
    with _journal(tmp_path) as journal:
        keeper = Keeper(journal, None, told.__setitem__)
        assert keeper.verify()
        with sqlite3.connect(tmp_path / "hub.db") as other:
            other.execute("DROP TRIGGER events_stay")
            other.execute("UPDATE events SET body = replace(body, '\"day\":1', '\"day\":2')")
        assert not keeper.verify()
    assert told == {"journal_broken": True}


def test_the_thread_looks_by_itself_and_ends(tmp_path: Path) -> None:
    looked: list[str] = []
    done = threading.Event()

    def note(kind: str, _there: bool) -> None:
        looked.append(kind)
        if kind == "journal_broken":
            done.set()

    daily = threading.Event()
    with _journal(tmp_path) as journal:
        keeper = Keeper(journal, tmp_path / "stick", note, daily=daily.set, first_after_s=0.0)
        keeper.start()
        assert done.wait(10)
        assert daily.wait(10)
        keeper.stop()
    assert "journal_broken" in looked
