"""Joined with firmware_config: a device's tree holds its boot files; what the one writes, the other accepts."""

from __future__ import annotations

import datetime as dt
import ssl
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI

from firmware_config.deny_list import check
from motcua.provision import boards
from motcua.provision.boards import board_part
from provisioning.apply import Target
from provisioning.device_tree import device_tree
from provisioning.identity import install, make_requests, read_setting
from provisioning.inventory import Place
from provisioning.secrets_file import read_secrets
from queue_hub.process import Hub
from queue_hub.web.server import Listener, WebThread
from queue_kit.doctor import Setting, examine
from queue_kit.doctor.checks.certificates import checks as certificate_checks
from queue_kit.doctor.described import Described, described
from tests.provisioning.conftest import Office


def tree_of(office: Office, device: str) -> dict[str, str]:
    part = board_part()
    assert part.missing is None
    tree = device_tree(office.place(device), read_secrets(office.secrets), board_files=part.files)
    return {path: entry.data.decode() for path, entry in tree.files().items() if entry.kind in {"file", "cmdline"}}


def test_each_device_of_the_example_has_its_boot_files_and_the_hub_its_broker(office: Office) -> None:
    kiosk, board, signs = (tree_of(office, device) for device in ("kiosk-1", "board-1", "signs-1"))
    for files in (kiosk, board, signs):
        assert {"boot/firmware/config.txt", "boot/firmware/cmdline.txt", "etc/nftables.conf"} <= set(files)
    assert "etc/motcua/mosquitto.conf" in kiosk
    assert "etc/motcua/mosquitto.conf" not in board
    assert "motcua/v1/tinh-mau/xa-mau-son" in kiosk["etc/motcua/mosquitto.acl"]
    assert all(f"user {name}" in kiosk["etc/motcua/mosquitto.acl"] for name in ("hub", "board-1"))


def test_ports_of_the_inventory_are_the_boards(office: Office) -> None:
    office.change("rtc: pi5", "rtc: ds3231\n        ports: {scanner: 1-1.2, panel: [1-1.1], backup: 2-1}")
    files = tree_of(office, "kiosk-1")
    assert "i2c-rtc,ds3231" in files["boot/firmware/config.txt"]
    assert "1-1.2" in files["etc/udev/rules.d/71-motcua.rules"]
    assert "--backup /var/backups/motcua" in files["etc/motcua/env/hub.env"]


def test_the_broker_takes_the_provinces_deny_list(office: Office, tmp_path: Path) -> None:
    authority = office.authority()
    public = authority.public(office.place("kiosk-1"))
    (tmp_path / "ca.pem").write_bytes(public.ca)
    (tmp_path / "denied.pem").write_bytes(public.denied)
    in_years = dt.datetime.now(dt.UTC) + dt.timedelta(days=365 * 24)
    for now in (dt.datetime.now(dt.UTC), in_years):
        assert check(tmp_path / "denied.pem", tmp_path / "ca.pem", now)


def test_the_console_serves_with_the_certificate_that_the_province_gave(office: Office, tmp_path: Path) -> None:
    root = tmp_path / "root"
    office.applied("kiosk-1", root)
    target, authority, place = Target.at(root), office.authority(), office.place("kiosk-1")
    instances = read_setting(root).instances
    requests = make_requests(target, instances)
    install(target, instances, authority.enrol(authority.token(place), place.name, requests))
    etc = root / "etc/motcua"
    hub = SimpleNamespace(
        options=SimpleNamespace(
            http_tls=(etc / "identity/hub/cert.pem", etc / "identity/hub/key.pem", etc / "ca.pem"), data=tmp_path
        )
    )
    files = Hub._tls(hub, "0.0.0.0")  # type: ignore[arg-type]
    app = FastAPI(openapi_url=None)

    @app.get("/")
    async def hello() -> str:
        return "xin chào"

    web = WebThread([Listener(app=app, tls=files)])
    web.start()
    try:
        trusts = ssl.create_default_context(cafile=str(etc / "ca.pem"))
        named = {"sni_hostname": place.hub_name}
        with httpx.Client(verify=trusts) as browser:
            url = f"https://127.0.0.1:{web.ports[0]}/"
            assert browser.get(url).json() == "xin chào"
            assert browser.get(url, extensions=named).json() == "xin chào"
            with pytest.raises(httpx.ConnectError):
                httpx.Client(verify=trusts).get(url, extensions={"sni_hostname": "hub.xa-khac.motcua.internal"})
    finally:
        web.stop()
    assert not (tmp_path / "tls").exists(), "the hub made none of its own"


def test_what_health_knows_of_a_device_is_what_its_provisioning_wrote(office: Office, tmp_path: Path) -> None:
    office.change("rtc: pi5", "rtc: pi5\n        ports: {backup: 2-1}")
    root, board = tmp_path / "root", tmp_path / "board"
    office.applied("kiosk-1", root)
    office.applied("board-1", board)
    hub = "hub.xa-mau-son.motcua.internal"
    assert described(root) == Described(role="solo", hub=hub, instances=("broker", "hub", "kiosk-1"), backup=True)
    assert described(board) == Described(role="board", hub=hub, instances=("board-1",), backup=False)

    def said() -> tuple[str, str]:
        (finding,) = examine(certificate_checks(Setting(data=tmp_path, root=root)))
        return finding.outcome.key, finding.outcome.en

    assert said()[0] == "doctor.certificate_away", "not enrolled yet"
    target, authority, place = Target.at(root), office.authority(), office.place("kiosk-1")
    instances = read_setting(root).instances
    requests = make_requests(target, instances)
    install(target, instances, authority.enrol(authority.token(place), place.name, requests))
    key, words = said()
    assert key == "doctor.certificates"
    assert words.startswith("4 certificates, good for 9"), "25 years of the authority, and the three processes' own"


def test_without_the_boards_package_devices_are_made_and_it_is_said(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "PACKAGE", "no_such_package")
    said = office.applied("board-1", tmp_path / "root").output
    assert "provision.no_firmware" in said
    assert (tmp_path / "root/etc/motcua/device.yaml").exists()
    assert not (tmp_path / "root/boot").exists()
    place: Place = office.place("board-1")
    assert board_part().files(place) == {}
