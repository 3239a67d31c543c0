"""The province's own machine and the hubs that send to it: names, files, identities, and who vouches for whom."""

from __future__ import annotations

import shlex
import ssl
import subprocess
from pathlib import Path

import pytest
import typer
from cryptography import x509
from typer.main import get_command

from central.command import serve
from firmware_config.device import describe
from firmware_config.firewall import listening
from motcua.provision.boards import description
from provisioning.apply import Target
from provisioning.device_tree import device_tree
from provisioning.errors import ProvisionError
from provisioning.identity import make_requests, read_setting
from provisioning.inventory import read_inventory
from provisioning.processes import processes
from provisioning.secrets_file import read_secrets
from queue_core.errors import WireError
from queue_core.wire.bus import Bus, TlsFiles
from queue_core.wire.messages import UplinkRequest
from queue_core.wire.topics import CENTRAL, ProvinceTopics, Topics
from queue_kit.broker import Broker, TlsListener, free_port
from queue_kit.broker.accounts import province_acl_file
from tests.provisioning.conftest import Office

OFFICE = "xa-mau-son"
ADDRESS = "central:\n  address: 10.20.0.7\n"
MACHINE = f"{ADDRESS}  device: {{id: may-tinh, role: central, board: amd64, network: day, address: 10.20.0.7/24}}\n"
IDENTITY = "etc/motcua/identity"


def with_central(office: Office, text: str = MACHINE) -> Office:
    office.change("networks:\n  - {id: day", f"{text}networks:\n  - {{id: day")
    return office


def enrolled(office: Office, device: str, root: Path) -> Path:
    """Files and certificates, as a technician and the authority make them."""
    office.applied(device, root)
    setting, target = read_setting(root), Target.at(root)
    authority, place = office.authority(), office.place(device)
    requests = make_requests(target, setting.instances)
    given = authority.enrol(authority.token(place), place.name, requests)
    for instance, data in given.items():
        (root / IDENTITY / instance / "cert.pem").write_bytes(data)
    return root


def test_without_a_central_nothing_of_it_is_on_a_hub(office: Office) -> None:
    place = office.place("kiosk-1")
    tree = device_tree(place, read_secrets(office.secrets), authority=office.authority().public(place))
    assert [process.instance for process in processes(place)] == ["broker", "hub", "kiosk-1"]
    assert "etc/motcua/central.pem" not in tree.files()
    assert b"--central" not in tree.files()["etc/motcua/env/hub.env"].data


@pytest.mark.parametrize("text", [ADDRESS, MACHINE])
def test_a_hub_knows_where_central_is_and_comes_with_an_identity_of_its_own(office: Office, text: str) -> None:
    place = with_central(office, text).place("kiosk-1")
    authority = office.authority()
    tree = device_tree(place, read_secrets(office.secrets), authority=authority.public(place))
    files = tree.files()
    assert tree.identities["uplink"] == "motcua-hub", "the key of another process's user"
    hub = files["etc/motcua/env/hub.env"].data.decode()
    own = "/etc/motcua/identity/uplink"
    assert (
        f"--central central.motcua.internal:8883 --central-ca /etc/motcua/central.pem "
        f"--central-cert {own}/cert.pem --central-key {own}/key.pem"
    ) in hub
    assert "10.20.0.7\tcentral.motcua.internal\n" in files["etc/hosts"].data.decode()
    central = x509.load_pem_x509_certificate(files["etc/motcua/central.pem"].data)
    assert central == authority.office("central").certificate
    assert "etc/motcua/env/uplink.env" not in files, "it is no process of its own"
    others = [one for one in office.province().places() if not one.has_hub and not one.is_central]
    assert others
    for other in others:
        assert "central.pem" not in str(device_tree(other, read_secrets(office.secrets)).files())


def test_the_provinces_machine_runs_broker_and_central_with_options_that_it_has(office: Office) -> None:
    place = with_central(office).place("central/may-tinh")
    files = device_tree(place, read_secrets(office.secrets), authority=office.authority().public(place)).files()
    assert [(one.instance, one.user) for one in processes(place)] == [
        ("broker", "motcua-broker"), ("central", "motcua-central"),
    ]  # fmt: skip
    line = files["etc/motcua/env/central.env"].data.decode().splitlines()[1]
    (words,) = shlex.split(line.removeprefix("MOTCUA_ARGS="))
    application = typer.Typer()
    application.command()(serve)
    options = {name for one in get_command(application).params for name in one.opts}
    assert words.split()[0] == "serve"
    assert {word for word in words.split() if word.startswith("--")} <= options
    assert "127.0.0.1\tcentral.motcua.internal\n" in files["etc/hosts"].data.decode()
    assert "etc/motcua/office.yaml" not in files
    assert "motcua-central.target" in str(sorted(files))
    assert set(listening(describe(**description(place)))) == {8883}


def test_central_stands_beside_the_offices_and_is_none(office: Office) -> None:
    province = with_central(office).province()
    assert [place.name for place in province.places()][-1] == "central/may-tinh"
    assert "central" not in province.offices
    assert office.run("check", office.inventory).exit_code == 0


@pytest.mark.parametrize(
    ("old", "new", "path", "words"),
    [
        ("address: 10.20.0.7\n", "address: 8.8.8.8\n", "central.address", "private"),
        ("address: 10.20.0.7\n", "address: 10.20.0.7\n  name: tinh.vn\n", "central.name", "must end in"),
        ("role: central", "role: signs", "central.device.role", "has the role central"),
        ("role: central", "role: central, panel: none.yaml", "central.device.panel", "has none"),
        ("address: 10.20.0.7\n", "address: 100.64.0.7\n", "central.address", "private"),
        ("10.20.0.7/24", "10.20.0.8/24", "central.device.address", "must be central's address"),
        ("network: day", "network: dem", "central.device.network", "no such network"),
        ("id: may-tinh", "id: uplink", "central.device.id", "is kept"),
        ("board: amd64", "board: amd64, screen: portrait-1080p", "central.device.screen", "no screen"),
        ("board: amd64", "board: zero2w", "central.device.board", "signs alone"),
        ("  device:", "  machine: 1\n  device:", "central.machine", "no such key"),
    ],
)
def test_a_mistake_in_central_is_named(office: Office, old: str, new: str, path: str, words: str) -> None:
    with_central(office, MACHINE.replace(old, new))
    with pytest.raises(ProvisionError) as caught:
        read_inventory(office.inventory)
    # A device is named by its id in paths.
    assert str(caught.value.details["path"]).replace("may-tinh.", "") == path
    assert words in caught.value.en
    assert caught.value.vi != caught.value.en


def test_central_s_name_is_nobody_else_s(office: Office) -> None:
    with_central(office)
    office.change("hub: {address: 192.168.10.10}", "hub: {address: 192.168.10.10, name: central.motcua.internal}")
    with pytest.raises(ProvisionError) as caught:
        read_inventory(office.inventory)
    assert "stands twice" in caught.value.en


def test_all_devices_rendered_at_once_know_central_as_each_alone_does(office: Office, tmp_path: Path) -> None:
    with_central(office)
    office.run("render", office.inventory, "--out", tmp_path / "all", *office.all())
    office.applied("kiosk-1", tmp_path / "one")
    (together,) = (tmp_path / "all").glob("**/xa-mau-son*/**/kiosk-1*/**/etc/motcua/central.pem")
    assert together.read_bytes() == (tmp_path / "one/etc/motcua/central.pem").read_bytes()


def test_an_identity_that_only_central_denies_is_asked_for_anew(office: Office, tmp_path: Path) -> None:
    root = enrolled(with_central(office), "kiosk-1", tmp_path / "hub")
    before = (root / IDENTITY / "uplink/cert.pem").read_bytes()
    office.run("deny", office.inventory, "--device", "kiosk-1", "--instance", "uplink", "--authority", office.ca)
    place, stick = office.place("kiosk-1"), tmp_path / "stick"
    stick.mkdir()
    token = office.authority().token(place)
    assert "nothing to enrol" in office.run("enrol", "--root", root, "--token", token, "--folder", stick).stdout
    words = ("enrol", "--root", root, "--token", token, "--folder", stick, "--renew")
    office.run(*words, code=1)
    office.run("sign", stick, "--authority", office.ca)
    assert (stick / "motcua-central.denied.pem").read_bytes() == office.authority().denied("central")
    office.run(*words)
    after = x509.load_pem_x509_certificate((root / IDENTITY / "uplink/cert.pem").read_bytes())
    denied = {one.serial_number for one in _crl(office.authority().denied("central"))}
    assert x509.load_pem_x509_certificate(before).serial_number in denied
    assert after.serial_number not in denied


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("- id: xa-mau-son", "- id: central", "is kept for the province's own machine"),
        ("role: board\n", "role: central\n", "stands under central.device"),
    ],
)
def test_an_office_takes_nothing_of_the_provinces(office: Office, old: str, new: str, words: str) -> None:
    text = office.inventory.read_text(encoding="utf-8")
    office.inventory.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ProvisionError) as caught:
        read_inventory(office.inventory)
    assert words in caught.value.en


def test_an_identity_of_the_uplink_is_the_offices_name_by_centrals_key(office: Office, tmp_path: Path) -> None:
    root = enrolled(with_central(office), "kiosk-1", tmp_path / "hub")
    certificate = x509.load_pem_x509_certificate((root / IDENTITY / "uplink/cert.pem").read_bytes())
    (name,) = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    assert name.value == OFFICE
    certificate.verify_directly_issued_by(office.authority().office("central").certificate)
    assert "as the inventory says" in office.verified("kiosk-1", root).output
    # A certificate of this name by the office's own key would be worth nothing at central, and is said to be wrong.
    hub = (root / IDENTITY / "hub/cert.pem").read_bytes()
    (root / IDENTITY / "uplink/cert.pem").write_bytes(hub)
    assert "identity/uplink: certificate of another key" in office.verified("kiosk-1", root, code=1).output


def test_a_denied_hub_is_on_centrals_list_too(office: Office, tmp_path: Path) -> None:
    root = enrolled(with_central(office), "kiosk-1", tmp_path / "hub")
    serials = {
        instance: x509.load_pem_x509_certificate((root / IDENTITY / instance / "cert.pem").read_bytes()).serial_number
        for instance in ("broker", "hub", "kiosk-1", "uplink")
    }
    office.run("deny", office.inventory, "--device", "kiosk-1", "--authority", office.ca)
    authority = office.authority()
    lists = {name: {one.serial_number for one in _crl(authority.denied(name))} for name in (OFFICE, "central")}
    uplink = serials.pop("uplink")
    assert set(serials.values()) <= lists[OFFICE]
    assert uplink not in lists[OFFICE]
    assert uplink in lists["central"]
    assert not lists["central"] & set(serials.values())


def _crl(data: bytes) -> x509.CertificateRevocationList:
    return x509.load_pem_x509_crl(data)


def test_at_centrals_broker_an_office_is_who_its_certificate_says(office: Office, tmp_path: Path) -> None:
    """The real broker with the provisioned files of both sides; the office's other identities are nobody there."""
    with_central(office)
    hub = enrolled(office, "kiosk-1", tmp_path / "hub")
    central = enrolled(office, "central/may-tinh", tmp_path / "central")
    own, port = central / IDENTITY / "broker", free_port()
    listener = TlsListener(port, central / "etc/motcua/ca.pem", own / "cert.pem", own / "key.pem", host="127.0.0.1")
    access = (central / "etc/motcua/mosquitto.acl").read_text(encoding="utf-8")
    assert access == province_acl_file(ProvinceTopics("tinh-mau").root, CENTRAL)
    for key in (own / "key.pem",):
        key.chmod(0o644)  # the broker drops root's rights before it reads it
    with Broker(tmp_path / "broker", accounts=[], access=access, tls=[listener]):

        def bus(instance: str, **options: str) -> Bus:
            files = hub / IDENTITY / instance
            tls = TlsFiles(hub / "etc/motcua/central.pem", files / "cert.pem", files / "key.pem")
            return Bus(
                host="127.0.0.1", port=port, topics=Topics("tinh-mau", options.get("office", OFFICE)), client=OFFICE,
                kind="hub", tls=tls,
            )  # fmt: skip

        def said(one: Bus) -> str:
            one.start()
            try:
                assert one.wait_connected(10), one.trouble
                with pytest.raises(WireError) as told:
                    one.request("uplink", _question(), timeout_s=2)
                return told.value.key
            finally:
                one.stop()

        assert said(bus("uplink")) == "wire.away", "admitted; no central listens here"
        assert said(bus("uplink", office="xa-khac")) == "wire.refused", "another office's topics"
        stranger = bus("hub")
        stranger.start()
        assert not stranger.wait_connected(1), "the office's own key is nobody's at central"
        stranger.stop()


def _question() -> UplinkRequest:
    return UplinkRequest(request_id="question-1", epoch="0" * 16, after=0, after_hash="0" * 64)


def test_openssl_agrees_with_the_chain(office: Office, tmp_path: Path) -> None:
    root = enrolled(with_central(office), "kiosk-1", tmp_path / "hub")
    done = subprocess.run(
        ["openssl", "verify", "-purpose", "sslclient", "-CAfile", root / "etc/motcua/central.pem",
         root / IDENTITY / "uplink/cert.pem"],
        capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert ssl.create_default_context(cafile=str(root / "etc/motcua/central.pem"))
