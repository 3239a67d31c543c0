"""An inventory's mistakes are named with line, key and device; nothing is made of a wrong one."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from kiosk.command import kiosk
from provisioning.device_tree import device_tree
from provisioning.errors import ProvisionError
from provisioning.inventory import read_inventory
from provisioning.processes import processes
from provisioning.secrets_file import Secrets, read_secrets
from queue_core.errors import MotcuaError
from queue_core.office_file import read_office
from queue_display.command import display
from queue_display.signs.command import signs
from queue_hub.command import hub
from tests.provisioning.conftest import EXAMPLE, PUBLISHERS_KEY, Office


def test_the_shipped_example_is_a_commune_with_solo_board_and_signs(office: Office) -> None:
    said = office.run("check", EXAMPLE / "province.yaml")
    assert "1 offices, 3 devices" in said.output
    assert [place.device.role for place in office.province().places()] == ["solo", "board", "signs"]


MISTAKES = [
    ("board: pi4", "board: pi3", "devices.board-1.board", "xa-mau-son/board-1", "'pi4', 'pi5', 'cm4'"),
    ("- id: board-1", "- id: kiosk-1", "devices.kiosk-1.id", "xa-mau-son/kiosk-1", "stands twice"),
    ("board: pi4", "bord: pi4", "devices.board-1.board", "xa-mau-son/board-1", "missing"),
    ("role: board", "role: television", "devices.board-1.role", "xa-mau-son/board-1", "'solo'"),
    ("screen: landscape-1080p", "screen: none", "devices.board-1.screen", "xa-mau-son/board-1", "needs screen"),
    ("board: zero2w", "board: zero2w\n        rtc: pi5", "devices.signs-1.rtc", "xa-mau-son/signs-1", "only a Pi 5"),
    ("role: solo", "role: kiosk", "offices.xa-mau-son.devices", "–", "exactly one device of role solo or hub"),
    ("network: day", "network: ngay", "devices.kiosk-1.network", "xa-mau-son/kiosk-1", "there are: day, tru-so"),
    (
        "address: 192.168.10.10/24",
        "address: 192.168.10.11/24",
        "kiosk-1.address",
        "xa-mau-son/kiosk-1",
        "hub's address",
    ),
    (
        "address: 192.168.10.10/24",
        "address: 192.168.10.10",
        "kiosk-1.address",
        "xa-mau-son/kiosk-1",
        "network's length",
    ),
    ("{address: 192.168.10.10}", "{address: 8.8.8.8}", "xa-mau-son.hub.address", "–", "private"),
    ('ssid: "UBND xã"', "gateway: 10.0.0.1", "networks.tru-so.ssid", "–", "needs its ssid"),
    ('printer: "usb:04b8:0202"', 'printer: "x; reboot"', "kiosk-1.printer", "xa-mau-son/kiosk-1", "pattern"),
    ("board: zero2w", "board: pi4\n        rtc: [1]", "devices.signs-1.rtc", "xa-mau-son/signs-1", "allowed values"),
]


@pytest.mark.parametrize(("old", "new", "path", "device", "words"), MISTAKES)
def test_a_mistake_is_named_with_its_line_its_key_and_its_device(  # noqa: PLR0917 -- the columns of the table
    office: Office, old: str, new: str, path: str, device: str, words: str
) -> None:
    text = office.inventory.read_text(encoding="utf-8")
    office.inventory.write_text(text.replace("gateway: 192.168.10.1, dns: [192.168.10.1]}", "dns: []}"), "utf-8")
    office.change(old, new)
    with pytest.raises(ProvisionError) as caught:
        read_inventory(office.inventory)
    found = caught.value
    assert found.key == "inventory.invalid"
    assert str(found.details["path"]).endswith(path)
    assert found.details["device"] == device
    assert words in found.en
    assert str(found.details["line"]) in found.vi
    # The line is where the change was made, or where the device or office begins that lacks something.
    lines = office.inventory.read_text(encoding="utf-8").splitlines()
    near = lines[int(str(found.details["line"])) - 1]
    last = path.rpartition(".")[2]
    wanted = {"missing": "id: board-1", "needs its ssid": "tru-so"}.get(words, last)
    assert wanted in near


@pytest.mark.parametrize(
    ("old", "new", "path", "words"),
    [
        ("http://10.20.0.5/motcua", "ftp://10.20.0.5/motcua", "updates.repository", "pattern"),
        ("http://10.20.0.5/motcua", '"http://10.20.0.5/motcua\\nSuites: sid"', "updates.repository", "pattern"),
        ("22:00-04:30", "22:00-24:30", "updates.window", "pattern"),
        ("22:00-04:30", "04:00-04:00", "updates.window", "the same"),
        ("key: motcua.asc", "settle_s: 5", "updates.key", "missing"),
        ("key: motcua.asc", "key: offices/commune.yaml", "updates.key", "no public key"),
        (
            "  repository:",
            "  address: x\n  repository:",
            "updates.address",
            "no such key. Allowed: only the keys in docs/provisioning.md",
        ),
    ],
)
def test_a_mistake_in_what_updates_come_from_is_named(
    office: Office, old: str, new: str, path: str, words: str
) -> None:
    office.updates(old, new)
    with pytest.raises(ProvisionError) as caught:
        read_inventory(office.inventory)
    assert caught.value.details["path"] == path
    assert words in caught.value.en


CATALOGUE = "catalogue: {source: https://dvc.tinh-mau.vn/tthc.json, ca: dvc.pem, most_lost: 5}\n"


@pytest.mark.parametrize(
    ("old", "new", "path", "words"),
    [
        ("https://", "http://", "catalogue.source", "pattern"),
        ("tthc.json", "tthc.json;reboot", "catalogue.source", "pattern"),
        ("tthc.json", "100%25.json", "catalogue.source", "pattern"),
        ("https://dvc.tinh-mau.vn/tthc.json", '"file:/media/stick/$HOME"', "catalogue.source", "pattern"),
        ("most_lost: 5", "most_lost: 101", "catalogue.most_lost", "100"),
        ("ca: dvc.pem", "ca: offices/commune.yaml", "catalogue.ca", "is no certificate"),
        ("ca: dvc.pem", "ca: service.key", "catalogue.ca", "is no certificate"),
        ("most_lost: 5", "every: 1", "catalogue.every", "no such key"),
    ],
)
def test_a_mistake_in_where_the_list_of_procedures_comes_from_is_named(
    office: Office, old: str, new: str, path: str, words: str
) -> None:
    certificate, key = office.authority().serve_files(["dvc.tinh-mau.vn"])
    (office.folder / "dvc.pem").write_bytes(certificate.read_bytes())
    (office.folder / "service.key").write_bytes(certificate.read_bytes() + key.read_bytes())
    office.change("networks:\n  - {id: day", f"{CATALOGUE.replace(old, new)}networks:\n  - {{id: day")
    with pytest.raises(ProvisionError) as caught:
        read_inventory(office.inventory)
    assert caught.value.details["path"] == path
    assert words in caught.value.en


def test_a_publishers_key_that_is_away_or_private_is_refused(office: Office) -> None:
    office.updates()
    (office.folder / "motcua.asc").write_text(PUBLISHERS_KEY.replace("PUBLIC", "PRIVATE"), encoding="utf-8")
    with pytest.raises(ProvisionError, match="is no public key"):
        read_inventory(office.inventory)
    (office.folder / "motcua.asc").unlink()
    with pytest.raises(ProvisionError) as caught:
        read_inventory(office.inventory)
    assert caught.value.key == "inventory.file_away"


def test_a_second_device_of_one_name_is_named_by_its_own_line(office: Office) -> None:
    office.change("- id: board-1", "- id: kiosk-1")
    with pytest.raises(ProvisionError) as caught:
        read_inventory(office.inventory)
    lines = office.inventory.read_text(encoding="utf-8").splitlines()
    assert caught.value.details["line"] == 1 + max(i for i, line in enumerate(lines) if "id: kiosk-1" in line)


def test_a_broken_file_and_a_missing_file_are_told(office: Office) -> None:
    office.change("configuration: offices/commune.yaml", "configuration: offices/none.yaml")
    assert "none.yaml" in office.run("check", office.inventory, code=1).output
    office.change("offices:\n", "offices: [\n")
    said = office.run("check", office.inventory, code=1).output
    assert "province.yaml:" in said
    assert "config.unreadable" in said


def test_a_mistake_in_an_offices_own_file_names_the_office(office: Office) -> None:
    path = office.folder / "offices/commune.yaml"
    path.write_text(path.read_text("utf-8").replace("ratio: 2", "ratio: viele"), "utf-8")
    with pytest.raises(ProvisionError) as caught:
        read_inventory(office.inventory)
    assert caught.value.key == "inventory.office_file"
    assert "xa-mau-son" in caught.value.vi
    assert "priority.ratio" in caught.value.en


def test_an_unknown_device_gets_the_near_names(office: Office) -> None:
    with pytest.raises(ProvisionError) as caught:
        office.place("kiosk-7")
    assert "xa-mau-son/kiosk-1" in caught.value.en


# --- secrets


def test_plain_secrets_that_others_may_read_are_refused(office: Office) -> None:
    for mode, good in ((0o600, True), (0o400, True), (0o640, False), (0o604, False), (0o644, False)):
        office.secrets.chmod(mode)
        if good:
            assert read_secrets(office.secrets).wifi
            continue
        with pytest.raises(ProvisionError) as caught:
            read_secrets(office.secrets)
        assert caught.value.key == "secrets.readable"


def test_secrets_encrypted_with_age_are_opened_with_the_technicians_key(office: Office) -> None:
    if shutil.which("age") is None:
        pytest.skip("age is not installed (apt install age)")
    key, sealed = office.folder / "technician.key", office.folder / "secrets.yaml.age"
    subprocess.run(["age-keygen", "-o", key], check=True, capture_output=True)
    key.chmod(0o600)
    public = subprocess.run(["age-keygen", "-y", key], check=True, capture_output=True, text=True).stdout.strip()
    subprocess.run(["age", "-r", public, "-o", sealed, office.secrets], check=True)
    opened = read_secrets(sealed, age_identity=key)
    assert opened.passphrase(office.place("board-1")) == "doi-mat-khau-nay"
    other = office.folder / "other.key"
    subprocess.run(["age-keygen", "-o", other], check=True, capture_output=True)
    other.chmod(0o600)
    for identity in (other, None):
        with pytest.raises(ProvisionError) as caught:
            read_secrets(sealed, age_identity=identity)
        assert caught.value.key == "secrets.locked"
    key.chmod(0o644)
    with pytest.raises(ProvisionError, match="can be read by others"):
        read_secrets(sealed, age_identity=key)


def test_secrets_sealed_to_this_computer_are_opened_by_systemd_creds(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program is a stub: the real one keeps a key of the whole computer, which a test must not make."""
    program = tmp_path / "bin/systemd-creds"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\n[ "$1 $2 $4" = "decrypt --name=motcua-secrets -" ] || exit 1\ncat "$3"\n')
    program.chmod(0o755)
    sealed = office.secrets.rename(office.folder / "secrets.yaml.cred")
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    assert read_secrets(sealed).passphrase(office.place("board-1")) == "doi-mat-khau-nay"
    program.write_text("#!/bin/sh\necho 'Not for this computer' >&2\nexit 1\n")
    with pytest.raises(ProvisionError, match="Not for this computer"):
        read_secrets(sealed)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProvisionError) as caught:
        read_secrets(sealed)
    assert caught.value.key == "secrets.no_tool"


def test_a_missing_passphrase_names_network_and_device_and_no_mistake_repeats_a_secret(office: Office) -> None:
    with pytest.raises(ProvisionError) as caught:
        device_tree(office.place("board-1"), Secrets())
    assert caught.value.key == "secrets.missing"
    assert {"tru-so", "xa-mau-son/board-1"} <= set(caught.value.details.values())
    office.secrets.write_text("format: 1\nwifi:\n  tru-so: kurz77\n", encoding="utf-8")
    with pytest.raises(MotcuaError) as short:
        read_secrets(office.secrets)
    assert "kurz77" not in str(short.value)
    assert "wifi.tru-so" in str(short.value)


# --- what is made of it


def test_every_processs_arguments_are_options_that_it_has(office: Office) -> None:
    programs = {"hub": hub, "kiosk": kiosk, "display": display, "signs": signs}
    seen = set()
    for place in office.province().places():
        tree = device_tree(place, read_secrets(office.secrets))
        for process in processes(place):
            if process.arguments is None:
                continue
            text = tree.files()[f"etc/motcua/env/{process.env}.env"].data.decode()
            line = next(line for line in text.splitlines() if line.startswith("MOTCUA_ARGS="))
            (words,) = shlex.split(line.removeprefix("MOTCUA_ARGS="))
            application = typer.Typer()
            application.command()(programs[process.env])
            options = {name for one in get_command(application).params for name in (*one.opts, *one.secondary_opts)}
            used = {word for word in words.split() if word.startswith("--")}
            assert used <= options, process.env
            assert words.split() == list(process.arguments)
            seen.add(process.env)
    assert seen == set(programs)


def test_the_offices_configuration_bears_the_inventorys_names_and_devices(office: Office, tmp_path: Path) -> None:
    office.change("- id: xa-mau-son", "- id: xa-khac")
    tree = device_tree(office.place("kiosk-1"), read_secrets(office.secrets))
    path = tmp_path / "office.yaml"
    path.write_bytes(tree.files()["etc/motcua/office.yaml"].data)
    read = read_office(path)
    assert (read.province, read.id) == ("tinh-mau", "xa-khac")
    assert {"kiosk-1", "board-1", "signs-1"} <= {device.id for device in read.devices}


def test_a_wifi_is_tried_for_ever_and_its_file_is_roots_alone(office: Office) -> None:
    tree = device_tree(office.place("board-1"), read_secrets(office.secrets))
    entry = tree.files()["etc/NetworkManager/system-connections/motcua-tru-so.nmconnection"]
    text = entry.data.decode()
    assert entry.mode == 0o600
    assert entry.secret
    assert "autoconnect-retries=0" in text
    assert "powersave=2" in text
    bytes_of_name = next(line for line in text.splitlines() if line.startswith("ssid=")).removeprefix("ssid=")
    assert bytes(int(one) for one in bytes_of_name.rstrip(";").split(";")).decode() == "UBND xã"
    assert "psk=doi-mat-khau-nay" in text


def test_the_hub_is_found_by_its_fixed_name_and_on_its_own_machine_without_a_network(office: Office) -> None:
    name = "hub.xa-mau-son.motcua.internal"
    secrets = read_secrets(office.secrets)
    hosts = {
        d: device_tree(office.place(d), secrets).files()["etc/hosts"].data.decode() for d in ("kiosk-1", "board-1")
    }
    assert f"127.0.0.1\t{name}" in hosts["kiosk-1"]
    assert f"192.168.10.10\t{name}" in hosts["board-1"]


def test_check_with_secrets_needs_every_passphrase(office: Office) -> None:
    assert office.run("check", office.inventory, "--secrets", office.secrets).exit_code == 0
    office.secrets.write_text("format: 1\n", encoding="utf-8")
    assert "secrets.missing" in office.run("check", office.inventory, "--secrets", office.secrets, code=1).output
    assert os.access(office.secrets, os.R_OK)
