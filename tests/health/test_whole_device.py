"""``motcua health``: one look at the whole device, and what its process tells the console of it."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import stat
import time
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from typer.testing import CliRunner

from motcua.doctor.registry import all_checks
from motcua.health_command import CHECKS
from motcua.health_command import health as command
from queue_hub.web.console_view import alert_words
from queue_kit.doctor import Outcome, Setting, examine
from queue_kit.doctor.checks.backup import NIGHTLY, OLD_S
from queue_kit.health import device_file
from queue_kit.health.device_file import KINDS, PLACE, SILENT, SILENT_S, DeviceFile, kinds_of, of_the_device
from queue_kit.health.troubles import CERTIFICATE_DAYS
from queue_kit.health.watch import Body, HealthWatch
from tests.health.machine import machine, put
from tests.health.systemd_peer import SOLO, Systemd

UNIT = Path(__file__).parents[2] / "systemd" / "motcua-health.service"
DAY_S = 86_400


def device(root: Path, **said: Any) -> Path:
    """A provisioned device, well but for what is ``said`` of it: ``role``, ``backup``, ``days`` of its certificates."""
    described = {
        "role": said.get("role", "solo"), "hub": {"name": "hub.xa.motcua.internal", "address": "192.168.10.10"},
        "instances": {"hub": "motcua-hub"}, "backup": said.get("backup", True),
    }  # fmt: skip
    put(root, "etc/motcua/device.yaml", f"# Written by Motcua\n{json.dumps(described)}")
    for name in ("ca.pem", "identity/hub/cert.pem"):
        put(root, f"etc/motcua/{name}", certificate(said.get("days", 9000) if "hub" in name else 9000))
    put(root, NIGHTLY, "a copy")
    put(root, "sys/class/net/eth0/carrier", said.get("carrier", 1))
    return machine(root, hot_c=[50.0], low=False, errors=[0], up_s=said.get("up_s", 90_000))


def certificate(days: float) -> str:
    now, key = dt.datetime.now(dt.UTC), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hub")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
        .not_valid_before(now - dt.timedelta(days=9000)).not_valid_after(now + dt.timedelta(days=days, minutes=5))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    return made.public_bytes(serialization.Encoding.PEM).decode().strip()


def grown_old(file: Path, age_s: float) -> None:
    then = time.time() - age_s
    os.utime(file, (then, then))


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Systemd:
    return Systemd(tmp_path / "bin", monkeypatch)


@pytest.fixture(autouse=True)
def a_clock_that_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("queue_kit.doctor.checks.machine.kernel_source", lambda: "ntp")


def health(root: Path, data: Path, *words: str, code: int = 0) -> Result:
    app = typer.Typer()
    app.command()(command)
    done = CliRunner().invoke(app, ["--root", str(root), "--data", str(data), *words])
    assert done.exit_code == code, f"{done.output}\n{done.exception!r}"
    return done


def said(root: Path, data: Path, *words: str, code: int = 0) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(health(root, data, "--json", *words, code=code).stdout.splitlines()[-1])
    return values


def found(name: str, root: Path) -> Outcome:
    (check,) = [one for one in all_checks(Setting(data=root, root=root)) if one.name == name]
    (finding,) = examine([check])
    return finding.outcome


# --- the command


def test_a_device_that_is_well(systemd: Systemd, tmp_path: Path) -> None:
    root = device(tmp_path / "root")
    values = said(root, tmp_path)
    assert [one["name"] for one in values["checks"]] == list(CHECKS)
    assert {one["state"] for one in values["checks"]} == {"ok"}
    assert (values["name"], values["ok"], values["exit_code"], values["kinds"]) == ("health", True, 0, [])
    assert (values["role"], values["told_by"]) == ("solo", "hub")
    assert systemd.asked[0] == "show", "it is only asked"
    assert "TỐT        Các tiến trình (units): 6 tiến trình" in health(root, tmp_path).stdout
    assert "OK         Units (units): 6 units and timers are up" in health(root, tmp_path, "--lang", "en").stdout


def test_the_first_that_failed_is_the_exit_code_and_each_is_a_kind_of_trouble(systemd: Systemd, tmp_path: Path) -> None:
    root = device(tmp_path / "root", days=12)
    systemd.says(kiosk="activating 7", backup="failed")
    grown_old(root / NIGHTLY, 5 * DAY_S)
    machine(root, hot_c=[86.0])
    values = said(root, tmp_path, code=14)
    units = ["unit_failed.motcua-backup", "unit_away.motcua-kiosk"]
    kinds = [*units, "temperature_high", "backup_old", "certificate_ends"]
    assert values["kinds"] == kinds
    for kind in kinds:
        for lang in ("vi", "en"):
            assert alert_words(kind, lang) != kind, "the console has words for it"


def test_a_computer_that_is_no_device(systemd: Systemd, tmp_path: Path) -> None:
    values = said(tmp_path / "empty", tmp_path)
    states = {one["name"]: one["state"] for one in values["checks"]}
    assert {name for name, state in states.items() if state == "absent"} >= {"units", "backup", "certificates"}
    assert (values["ok"], values["role"], values["told_by"]) == (True, None, None)


def test_a_report_is_left_whole_for_everybody_and_only_what_failed_is_said_aloud(
    systemd: Systemd, tmp_path: Path
) -> None:
    root = device(tmp_path / "root")
    file = root / PLACE
    file.parent.mkdir(parents=True)
    old = os.umask(0o077)
    try:
        assert health(root, tmp_path, "--write", str(file)).output == ""
    finally:
        os.umask(old)
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert [path.name for path in file.parent.iterdir()] == ["device.json"]
    assert DeviceFile("hub", root=root).kinds() == frozenset()
    systemd.says(hub="failed")
    done = health(root, tmp_path, "--write", str(file), code=14)
    assert done.output.startswith("LỖI        Các tiến trình (units): Không chạy được: motcua-hub.")
    assert len(done.output.strip().splitlines()) == 1
    assert DeviceFile("hub", root=root).kinds() == {"unit_failed.motcua-hub"}
    assert "nowhere" in health(root, tmp_path, "--write", str(tmp_path / "nowhere/x.json"), code=2).output


def test_the_unit_takes_the_codes_of_its_checks_for_no_failure_of_its_own(tmp_path: Path) -> None:
    (line,) = re.findall(r"^SuccessExitStatus=(.*)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE)
    codes = {one.name: one.code for one in all_checks(Setting(data=tmp_path))}
    assert [int(code) for code in line.split()] == [codes[name] for name in CHECKS]
    assert f"--write /{PLACE}" in UNIT.read_text(encoding="utf-8")


# --- its checks


@pytest.mark.parametrize(
    ("units", "failed", "away"),
    [
        ({}, (), ()),
        ({"kiosk": "failed"}, ("motcua-kiosk",), ()),
        ({"update": "failed"}, ("motcua-update",), ()),
        ({"backup": "inactive"}, (), ()),
        ({"kiosk": "inactive"}, (), ("motcua-kiosk",)),
        ({"kiosk": "missing"}, (), ("motcua-kiosk",)),
        ({"motcua-backup.timer": "inactive"}, (), ("motcua-backup.timer",)),
        ({"kiosk": "activating 2"}, (), ()),
        ({"kiosk": "activating 3"}, (), ("motcua-kiosk",)),
        ({"kiosk": "active 40"}, (), ()),
    ],
)
def test_units_that_failed_and_units_that_are_not_there(
    systemd: Systemd, tmp_path: Path, units: dict[str, str], failed: tuple[str, ...], away: tuple[str, ...]
) -> None:
    root = device(tmp_path / "root")
    systemd.says(**units)
    outcome = found("units", root)
    values = dict(outcome.values)
    assert (values.get("failed", ()), values.get("away", ())) == (failed, away)
    assert outcome.state == ("failed" if failed or away else "ok")


def test_a_role_that_was_never_started_and_a_systemd_that_does_not_answer(systemd: Systemd, tmp_path: Path) -> None:
    root = device(tmp_path / "root")
    systemd.says(wants=(), target="inactive")
    assert dict(found("units", root).values)["away"] == ("motcua-solo.target",)
    systemd.says(target="inactive", job="77")
    assert found("units", root).state == "ok", "it waits for its parts"
    systemd.says(target="inactive", job="0")
    assert found("units", root).state == "failed"
    systemd.breaks("System has not been booted with systemd as init system (PID 1). Can't operate.\nand more\n")
    outcome = found("units", root)
    assert (outcome.state, outcome.key) == ("unknown", "doctor.units_unasked")
    assert "System has not been booted" in outcome.en
    assert "more" not in outcome.en


@pytest.mark.parametrize(
    ("age_s", "changes", "key"),
    [
        (3600, {}, "doctor.backup"),
        (OLD_S - 60, {}, "doctor.backup"),
        (OLD_S + 60, {}, "doctor.backup_old"),
        (OLD_S + 60, {"up_s": 600}, "doctor.backup_soon"),
        (-DAY_S, {}, "doctor.backup_ahead"),
        (OLD_S + 60, {"backup": False}, "doctor.backup_no_stick"),
    ],
)
def test_how_old_the_nightly_copy_is(tmp_path: Path, age_s: float, changes: dict[str, Any], key: str) -> None:
    root = device(tmp_path / "root", **changes)
    grown_old(root / NIGHTLY, age_s)
    assert found("backup", root).key == key


def test_a_copy_that_was_never_made_is_waited_for_as_long_as_one_that_is_old(tmp_path: Path) -> None:
    root = device(tmp_path / "root")
    (root / NIGHTLY).unlink()
    assert found("backup", root).key == "doctor.backup_soon"
    grown_old(root / "etc/motcua/device.yaml", OLD_S + 60)
    assert found("backup", root).key == "doctor.backup_none"


@pytest.mark.parametrize(
    ("days", "key"),
    [
        (CERTIFICATE_DAYS, "doctor.certificates"),
        (CERTIFICATE_DAYS - 1, "doctor.certificate_ends"),
        (0, "doctor.certificate_ends"),
        (-2, "doctor.certificate_ended"),
    ],
)
def test_certificates_that_end(tmp_path: Path, days: int, key: str) -> None:
    outcome = found("certificates", device(tmp_path / "root", days=days))
    assert outcome.key == key
    if key == "doctor.certificate_ends":
        assert f"/etc/motcua/identity/hub/cert.pem ends in {days} days" in outcome.en


def test_only_a_device_that_works_alone_needs_no_network(systemd: Systemd, tmp_path: Path) -> None:
    alone, board = device(tmp_path / "solo", carrier=0), device(tmp_path / "board", carrier=0, role="board")
    assert said(alone, tmp_path)["kinds"] == []
    assert "network_down" in said(board, tmp_path, code=11)["kinds"]


# --- what a process makes of it


def left(root: Path, *kinds: str, told_by: str = "hub", since_s: float = 0.0) -> Path:
    file = root / PLACE
    file.parent.mkdir(parents=True, exist_ok=True)
    device_file.write(file, {"told_by": told_by, "kinds": list(kinds)}, since_s=since_s)
    return file


def test_of_two_processes_on_one_device_one_tells_and_without_a_file_nobody(tmp_path: Path) -> None:
    assert DeviceFile("hub", root=tmp_path, now_s=lambda: 1e9).kinds() == frozenset()
    left(tmp_path, "backup_old")
    assert DeviceFile("hub", root=tmp_path, now_s=lambda: 1.0).kinds() == {"backup_old"}
    assert DeviceFile("kiosk", root=tmp_path, now_s=lambda: 1.0).kinds() == frozenset()


@pytest.mark.parametrize(("now_s", "kinds"), [(SILENT_S, {"backup_old"}), (SILENT_S + 1, {SILENT}), (-1.0, {SILENT})])
def test_a_report_that_is_no_longer_renewed_is_not_believed_and_that_is_said(
    tmp_path: Path, now_s: float, kinds: set[str]
) -> None:
    left(tmp_path, "backup_old")
    assert DeviceFile("hub", root=tmp_path, now_s=lambda: now_s).kinds() == kinds
    assert alert_words(SILENT, "vi") != SILENT


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"told_by": "hub"}', '{"since_start_s": 1, "kinds": 7}', "x" * 70_000]
)
def test_a_file_that_is_none_is_given_time_and_then_told(tmp_path: Path, text: str) -> None:
    now = [100.0]
    file = left(tmp_path)
    file.write_text(text, encoding="utf-8")
    seen = DeviceFile("hub", root=tmp_path, now_s=lambda: now[0])
    assert seen.kinds() == frozenset()
    now[0] += SILENT_S + 1
    assert seen.kinds() == {SILENT}
    left(tmp_path, since_s=now[0])
    assert seen.kinds() == frozenset()


def test_only_kinds_that_the_hub_would_take_are_passed_on(tmp_path: Path) -> None:
    left(tmp_path, "backup_old", "Bad Kind", "x" * 41, *(f"unit_failed.u{n}" for n in range(40)))
    kinds = DeviceFile("hub", root=tmp_path, now_s=lambda: 1.0).kinds()
    assert "backup_old" in kinds
    assert len(kinds) == device_file.MOST
    assert all(re.fullmatch(r"[a-z0-9_.-]{1,40}", kind) for kind in kinds)


def test_whatever_a_check_finds_is_told_in_words() -> None:
    broken = kinds_of([("backup", "doctor.broke", {}), ("units", "doctor.device", {})])
    assert broken == ["health_failed.backup", "health_failed.units"]
    for kind in (*KINDS.values(), *broken, "unit_failed.motcua-signs", "unit_away.motcua-solo.target"):
        assert of_the_device(kind)
        assert alert_words(kind, "vi") != kind
    assert not of_the_device("paper_out")


def test_the_body_keeps_what_it_does_not_know_and_the_device_says_what_is_now(tmp_path: Path) -> None:
    told: list[frozenset[str]] = []
    machine(tmp_path, low=False, hot_c=[50.0])
    left(tmp_path, "unit_failed.motcua-backup", since_s=device_file.since_start_s())
    watch = HealthWatch(
        Body(tmp_path / "data", root=tmp_path), say=lambda _health: None, troubles=told.append, teller="hub"
    )
    watch.look()
    assert told == [{"unit_failed.motcua-backup"}]
    left(tmp_path, since_s=device_file.since_start_s())
    watch.look()
    assert told[1:] == [frozenset()]


def test_a_trouble_that_ended_while_its_process_was_off_is_taken_back(tmp_path: Path) -> None:
    told: list[frozenset[str]] = []
    machine(tmp_path, low=False, hot_c=[50.0])
    watch = HealthWatch(
        Body(tmp_path / "data", root=tmp_path), say=lambda _health: None, troubles=told.append, teller="hub",
        told=frozenset({"backup_old", "temperature_high"}),
    )  # fmt: skip
    watch.look()
    assert told == [frozenset()]


def test_what_a_role_starts_is_what_is_asked_for() -> None:
    """The peer's device is the shipped role, as far as it goes."""
    target = (UNIT.parent / "motcua-solo.target").read_text(encoding="utf-8")
    assert set(SOLO) <= set(" ".join(re.findall(r"^Wants=(.*)$", target, re.MULTILINE)).split())
