"""The shipped hub on a disk that takes no more: kind words in the lobby, nothing promised, and on it goes by itself."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from motcua.office_run import SHIPPED_OFFICE, OfficeRun, round_the_clock
from queue_core.journal import Journal
from queue_core.wire.messages import IssueRequest, Lobby, Reply
from queue_core.wire.payload import read
from tests.wire.harness import Box


def limit_files(pid: int, limit_bytes: int) -> None:
    """Let no file of a process grow beyond this, as a full card would."""
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit_bytes, hard))


def last_is(box: Box, is_open: bool) -> Lobby | None:
    lobby = read(Lobby, box.items[-1][1]) if box.items else None
    return lobby if lobby is not None and lobby.open is is_open else None


@pytest.mark.timeout(60)
def test_a_disk_that_takes_no_more(tmp_path: Path) -> None:
    office = tmp_path / "office.yaml"
    round_the_clock(SHIPPED_OFFICE, office)
    with OfficeRun(tmp_path, office=office, hub_options=["--clock-source", "system"]) as run:
        box = Box()
        kiosk = run.bus("kiosk-1", kind="kiosk")
        kiosk.subscribe(run.topics.lobby, box)
        kiosk.start()
        assert kiosk.wait_connected(10)

        def press(number: int) -> Reply:
            return kiosk.request("issue", IssueRequest(request_id=f"request-{number:04d}", service="ho-tich"))

        assert press(0).ok
        assert run.hub is not None
        used = max(path.stat().st_size for path in run.data.glob("hub.db*"))
        limit_files(run.hub.pid, used + 4000)
        given = 1
        refused: Reply | None = None
        for number in range(1, 60):
            reply = press(number)
            if not reply.ok:
                refused = reply
                break
            given += 1
        assert refused is not None, "the limit was never met"
        assert refused.error is not None
        assert refused.error.key in {"journal.write_failed", "journal.disk_full"}
        said = box.wait_for(lambda b: last_is(b, False))
        assert said.message["vi"] == refused.error.vi
        limit_files(run.hub.pid, resource.RLIM_INFINITY)
        box.wait_for(lambda b: last_is(b, True))
        after = press(99)
        assert after.ticket is not None, after.error
        kiosk.stop()
    with Journal.open(run.data / "hub.db") as journal:
        assert journal.verify() is None
        numbers = [record.body["ticket"]["number"] for record in journal.records() if record.type == "ticket_issued"]
    assert numbers == [f"A{i + 1:03d}" for i in range(given + 1)]
    assert after.ticket.number == numbers[-1]
