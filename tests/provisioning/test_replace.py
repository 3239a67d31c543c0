"""A dead device: its identities are denied, a new one gets its place, the hub's numbers go on without a repetition."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from motcua.office_run import SHIPPED_OFFICE, round_the_clock
from provisioning.apply import Target
from provisioning.errors import ProvisionError
from provisioning.replacing import HUB_DATA, RESTORE_NAME, STAND_IN, restore_journal
from queue_core.events import DayOpened
from queue_core.journal import Journal, JournalReader, Mirror, Stamp, lengthen
from queue_core.journal.backup import backup
from queue_hub.process import RESTORE_NAME as HUBS_NAME
from queue_hub.recovery import open_or_salvage
from tests.faults.test_lost_journal import Office as Rig
from tests.faults.test_lost_journal import board, kiosk, ordinal
from tests.provisioning.conftest import Office, Service, inserted, stock
from tests.wire.harness import DEADLINE_S, eventually


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """The last backup of an office's journal, on a stick."""
    (tmp_path / "working").mkdir()
    event = DayOpened(at_ms=1_795_312_800_000, day=1, date="2026-11-22", office={"name": "Xã"}, revision=1)
    with Journal.open(tmp_path / "working/hub.db") as journal:
        for seq in range(5):
            journal.append([event], Stamp("boot-1", 1000 + seq, "ntp"), day=1)
        journal.backup(tmp_path / "stick/hub.db")
    return tmp_path / "stick/hub.db"


def replaced(office: Office, device: str, *words: object, code: int = 0) -> str:
    return office.run("replace", office.inventory, "--device", device, *office.all(), *words, code=code).output


def new_device(office: Office, device: str, boot: Path, root: Path) -> None:
    office.run("first-boot", "--boot", inserted(boot, root), "--root", root)


def test_a_board_is_replaced_in_one_command_and_the_old_one_is_denied(
    office: Office, service: Service, saved: Path, tmp_path: Path
) -> None:
    office.change("https://ca.motcua.internal:8455", service.url)
    first, second = stock(tmp_path / "card-1"), stock(tmp_path / "card-2")
    office.card("board-1", first)
    new_device(office, "board-1", first, tmp_path / "old-board")
    assert "as the inventory says" in office.verified("board-1", tmp_path / "old-board").output
    assert "replace.not_hub" in replaced(office, "board-1", "--boot", second, "--journal", saved, code=1)
    said = replaced(office, "board-1", "--boot", second)
    assert "1 certificates denied" in said
    assert "the hub of xa-mau-son takes the deny list this evening" in said
    new_device(office, "board-1", second, tmp_path / "new-board")
    assert "as the inventory says" in office.verified("board-1", tmp_path / "new-board").output
    office.applied("board-1", tmp_path / "old-board")
    assert "board-1: on the deny list" in office.verified("board-1", tmp_path / "old-board", code=1).output


def test_a_wrong_card_denies_nobody(office: Office, service: Service, tmp_path: Path) -> None:
    office.change("https://ca.motcua.internal:8455", service.url)
    card = stock(tmp_path / "card")
    office.card("signs-1", card)
    new_device(office, "signs-1", card, tmp_path / "signs")
    wrong = stock(tmp_path / "wrong", without=("config.txt",))
    assert "card.not_boot" in replaced(office, "signs-1", "--boot", wrong, code=1)
    assert "as the inventory says" in office.verified("signs-1", tmp_path / "signs").output
    assert replaced(office, "signs-1", "--json").count('"token": "') == 1
    assert "on the deny list" in verified_anew(office, "signs-1", tmp_path / "signs")


def verified_anew(office: Office, device: str, root: Path) -> str:
    office.applied(device, root)
    return office.verified(device, root, code=1).output


def test_what_was_never_there_is_not_replaced(office: Office, saved: Path, tmp_path: Path) -> None:
    office.change("- id: signs-1", "- id: signs-9")
    assert "replace.never_enrolled" in replaced(office, "signs-9", code=1)


def test_a_new_hub_gets_the_journals_backup_by_its_card(
    office: Office, service: Service, saved: Path, tmp_path: Path
) -> None:
    office.change("https://ca.motcua.internal:8455", service.url)
    first, second = stock(tmp_path / "card-1"), stock(tmp_path / "card-2")
    office.card("kiosk-1", first)
    new_device(office, "kiosk-1", first, tmp_path / "old")
    replaced(office, "kiosk-1", "--boot", second, "--journal", saved)
    new_device(office, "kiosk-1", second, tmp_path / "new")
    data = tmp_path / "new" / HUB_DATA
    assert (data / RESTORE_NAME).read_bytes() == saved.read_bytes()
    card = tmp_path / "new/boot/firmware"
    assert not (card / "motcua/journal.db").exists(), "what citizens did is no more on the card"
    journal, salvaged = open_or_salvage(data / "hub.db", simulated=False, backups=[data / RESTORE_NAME])
    with journal:
        assert salvaged is not None
        assert salvaged.kept == 5
        assert not salvaged.from_file, "so the hub asks witnesses before it gives a number"
        with JournalReader(saved, immutable=True) as reader:
            assert journal.epoch != reader.header.epoch


def test_what_a_board_saw_after_the_backup_goes_on_the_new_card_as_well(
    office: Office, service: Service, saved: Path, tmp_path: Path
) -> None:
    office.change("https://ca.motcua.internal:8455", service.url)
    first, second = stock(tmp_path / "card-1"), stock(tmp_path / "card-2")
    office.card("kiosk-1", first)
    new_device(office, "kiosk-1", first, tmp_path / "old")
    event = DayOpened(at_ms=1_795_399_200_000, day=2, date="2026-11-23", office={"name": "Xã"}, revision=1)
    with Journal.open(tmp_path / "working/hub.db") as journal:
        board = Mirror(tmp_path / "board/events.db")
        board.begin(journal.epoch, simulated=False, after=journal.place(4))
        journal.append([event], Stamp("boot-1", 2000, "ntp"), day=2)
        board.add(list(journal.rows(4, 10)))
    # still running: its newest records lie in the log beside the file
    assert (tmp_path / "board/events.db-wal").stat().st_size > 0
    replaced(office, "kiosk-1", "--boot", second, "--journal", saved, "--mirror", board.path)
    board.close()
    new_device(office, "kiosk-1", second, tmp_path / "new")
    data = tmp_path / "new" / HUB_DATA
    journal, salvaged = open_or_salvage(data / "hub.db", simulated=False, backups=[data / RESTORE_NAME])
    with journal:
        assert salvaged is not None
        assert (salvaged.kept, salvaged.last_day, salvaged.from_file) == (6, 2, False)
    other = tmp_path / "other.db"
    with Journal.open(other):
        pass
    assert "does not go on" in replaced(office, "kiosk-1", "--journal", saved, "--mirror", other, code=1)


def test_a_backup_that_is_broken_or_none_changes_nothing(
    office: Office, service: Service, saved: Path, tmp_path: Path
) -> None:
    office.change("https://ca.motcua.internal:8455", service.url)
    card = stock(tmp_path / "card")
    office.card("kiosk-1", card)
    new_device(office, "kiosk-1", card, tmp_path / "old")
    with sqlite3.connect(saved) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE events SET body = replace(body, 'Xã', 'Xa') WHERE seq = 3")
    db.close()
    assert "replace.journal" in replaced(office, "kiosk-1", "--journal", saved, code=1)
    saved.write_bytes(b"no journal")
    assert "replace.journal" in replaced(office, "kiosk-1", "--journal", saved, code=1)
    assert "as the inventory says" in office.verified("kiosk-1", tmp_path / "old").output


def test_numbers_that_this_device_gave_are_never_written_over(saved: Path, tmp_path: Path) -> None:
    data = tmp_path / "root" / HUB_DATA
    data.mkdir(parents=True)
    target = Target(tmp_path / "root", owners=False)
    shutil.copy(saved, data / "hub.db")
    with pytest.raises(ProvisionError, match=r"replace\.journal_there"):
        restore_journal(target, saved.read_bytes())
    (data / "hub.db").unlink()
    assert restore_journal(target, saved.read_bytes())
    assert (data / "hub.db").read_bytes() == STAND_IN
    assert not restore_journal(target, saved.read_bytes()), "again, after a cut"
    assert HUBS_NAME == RESTORE_NAME


# --- the whole office: broker, hub and kiosk as they are


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    file = tmp_path / "office.yaml"
    round_the_clock(SHIPPED_OFFICE, file)
    with Rig(tmp_path, office=file, hub_options=["--clock-source", "system", "--witness-wait-s", "3"]) as run:
        yield run


@pytest.mark.timeout(60)
def test_the_new_hubs_next_number_is_above_what_the_lobby_saw(rig: Rig, tmp_path: Path) -> None:
    with kiosk(rig) as press:
        assert [press() for _ in range(3)] == ["A001", "A002", "A003"]
        with JournalReader(rig.data / "hub.db") as reader:
            report = backup(reader, tmp_path / "stick/hub.db")
        assert [press() for _ in range(2)] == ["A004", "A005"], "after the backup"
        assert rig.hub is not None
        rig.hub.kill()
        rig.data.rename(tmp_path / "the dead card")
        root = tmp_path / "root"
        root.mkdir()
        restore_journal(Target(root, owners=False), report.path.read_bytes())
        shutil.move(root / HUB_DATA, rig.data)
        rig.start_hub()
        assert ordinal(press()) == 6
    with JournalReader(rig.data / "hub.db") as reader:
        assert reader.header.epoch != report.epoch
        kept = [record for record in reader.records() if record.type == "ticket_issued"]
    assert [json.loads(json.dumps(record.body))["ticket"]["number"] for record in kept][:3] == ["A001", "A002", "A003"]


def last_of(file: Path) -> int:
    if not file.exists():
        return 0
    with JournalReader(file) as reader:
        row = reader.last_row()
    return row[0] if row else 0


@pytest.mark.timeout(60)
def test_with_the_boards_copy_everybody_who_waited_still_waits(rig: Rig, tmp_path: Path) -> None:
    copy = rig.folder / "board" / "events.db"
    with kiosk(rig) as press, board(rig):
        assert [press() for _ in range(3)] == ["A001", "A002", "A003"]
        with JournalReader(rig.data / "hub.db") as reader:
            saved = backup(reader, tmp_path / "stick/hub.db")
        assert [press() for _ in range(2)] == ["A004", "A005"], "after the backup"
        assert rig.hub is not None
        assert eventually(lambda: last_of(copy) == last_of(rig.data / "hub.db"), DEADLINE_S)
        rig.hub.kill()
        rig.data.rename(tmp_path / "the dead card")
    with JournalReader(tmp_path / "the dead card/hub.db") as dead, JournalReader(copy) as reader:
        assert reader.verify() is None
        assert reader.last_row() == dead.last_row()
    root, longer = tmp_path / "root", tmp_path / "longer.db"
    root.mkdir()
    assert lengthen(saved.path, copy, longer) >= 2
    restore_journal(Target(root, owners=False), longer.read_bytes())
    shutil.move(root / HUB_DATA, rig.data)
    rig.start_hub()
    with kiosk(rig) as press:
        assert ordinal(press()) == 6
    with JournalReader(rig.data / "hub.db") as reader:
        waiting = [record.body["ticket"]["number"] for record in reader.records() if record.type == "ticket_issued"]
    assert waiting == ["A001", "A002", "A003", "A004", "A005", "A006"]
