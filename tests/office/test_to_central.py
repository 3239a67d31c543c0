"""A whole office and its province as processes: kill -9 of central, of the hub, of the province's broker on the way."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from central.database import database_of, look_at_database
from central.reader import Reader
from motcua.office_run import SHIPPED_OFFICE, Child, OfficeRun, round_the_clock
from queue_core.journal import JournalReader
from queue_core.wire.messages import IssueRequest
from queue_core.wire.topics import CENTRAL, ProvinceTopics
from queue_kit.broker import Account, Broker
from queue_kit.broker.accounts import province_acl_file
from tests.wire.harness import eventually


class Province:
    """The province's broker and central's process."""

    def __init__(self, folder: Path, province: str, office: str) -> None:
        self.folder, self.province = folder, province
        access = province_acl_file(ProvinceTopics(province).root, CENTRAL)
        self.broker = Broker(folder / "broker", accounts=[Account(CENTRAL), Account(office)], access=access)
        self.broker.start()
        self.process: Child | None = None

    def begins(self) -> None:
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        words = [
            sys.executable, "-m", "motcua", "central", "serve", "--province", self.province,
            "--data", str(self.folder / "data"), "--broker-host", self.broker.host,
            "--broker-port", str(self.broker.port), "--broker-password-file", str(self.broker.password_path(CENTRAL)),
            "--ready-file", str(ready),
        ]  # fmt: skip
        self.process = Child("central", words, self.folder / "central.log")
        self.process.start()
        self.process.wait_for(ready, 30)

    def tells(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "motcua", "central", *words, "--data", str(self.folder / "data"), "--json"]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    def close(self) -> None:
        if self.process is not None:
            self.process.stop()
        self.broker.stop()


@pytest.mark.timeout(180)
def test_every_record_of_the_office_is_at_the_province_once(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    file = tmp_path / "office.yaml"
    office = round_the_clock(SHIPPED_OFFICE, file)
    (tmp_path / "province").mkdir()
    province = Province(tmp_path / "province", office.province, office.id)
    options = [
        "--clock-source", "system", "--requests-per-s", "1000", "--central", f"127.0.0.1:{province.broker.port}",
        "--central-password-file", str(province.broker.password_path(office.id)),
    ]  # fmt: skip
    try:
        with OfficeRun(tmp_path, office=file, hub_options=options) as run:
            kiosk = run.bus("kiosk-1", kind="kiosk")
            kiosk.start()
            assert kiosk.wait_connected(10)
            given = 0

            def citizens(count: int) -> None:
                nonlocal given
                for _ in range(count):
                    given += 1
                    asked = IssueRequest(request_id=f"request-{given:06d}", service=run.office.leaves()[0].id)
                    assert kiosk.request("issue", asked, timeout_s=10).ok

            citizens(60)  # nobody at the province yet
            province.begins()
            for fall in chance.sample(["central", "broker", "hub"], 3):
                citizens(chance.randrange(20, 60))
                assert province.process is not None
                if fall == "central":
                    province.process.kill()
                    citizens(10)
                    province.begins()
                elif fall == "broker":
                    province.broker.kill()
                    citizens(10)
                    province.broker.start()
                else:
                    assert run.hub is not None
                    run.hub.kill()
                    run.start_hub()
            citizens(5)

            def told() -> dict[str, object]:
                said = province.tells("offices")
                assert said.returncode == 0, said.stderr
                found: dict[str, object] = json.loads(said.stdout)
                return found

            def rows() -> list[tuple[object, ...]]:
                with JournalReader(tmp_path / "hub" / "hub.db") as journal:
                    return list(journal.rows())

            eventually(lambda: told()["seq"] == len(rows()), 60)
            kiosk.stop()
        last = told()
        assert (last["office"], last["alarms"], last["simulated"]) == (office.id, 0, False)
        checked = province.tells("verify")
        assert (checked.returncode, json.loads(checked.stdout)["said"]) == (0, "whole")
    finally:
        province.close()
    reader = Reader(look_at_database(database_of(tmp_path / "province" / "data")))
    (chain,) = reader.chains()
    there = list(reader.rows(chain))
    reader.close()
    assert there == rows()[: len(there)]
    assert sum(row[2] == "ticket_issued" for row in there) == given
