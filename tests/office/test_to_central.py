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
from motcua.office_run import SHIPPED_OFFICE, OfficeRun, round_the_clock
from motcua.province_run import ProvinceRun
from queue_core.journal import JournalReader
from queue_core.wire.messages import IssueRequest
from tests.wire.harness import eventually


def tells(province: ProvinceRun, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "motcua", "central", *words, "--data", str(province.data), "--json"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.timeout(180)
def test_every_record_of_the_office_is_at_the_province_once(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    file = tmp_path / "office.yaml"
    office = round_the_clock(SHIPPED_OFFICE, file)
    province = ProvinceRun(tmp_path / "province", office.province, [office.id])
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
            province.start_central()
            for fall in chance.sample(["central", "broker", "hub"], 3):
                citizens(chance.randrange(20, 60))
                assert province.central is not None
                if fall == "central":
                    province.central.kill()
                    citizens(10)
                    province.start_central()
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
                said = tells(province, "offices")
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
        checked = tells(province, "verify")
        assert (checked.returncode, json.loads(checked.stdout)["said"]) == (0, "whole")
    finally:
        province.stop()
    reader = Reader(look_at_database(database_of(province.data)))
    (chain,) = reader.chains()
    there = list(reader.rows(chain))
    reader.close()
    assert there == rows()[: len(there)]
    assert sum(row[2] == "ticket_issued" for row in there) == given
