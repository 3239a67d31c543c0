"""The appliance's broker, started with what is rendered: by certificate, own topics only, never shut by a list."""

import datetime as dt
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from firmware_config import broker as appliance
from firmware_config.command import app
from firmware_config.deny_list import check
from firmware_config.device import describe
from firmware_config.errors import FirmwareError
from queue_core.wire.bus import Bus
from queue_core.wire.messages import Beat, DeviceState, Rev
from queue_core.wire.tls import TlsFiles
from queue_kit.broker import find_mosquitto, office_accounts
from queue_kit.broker.process import _answers, free_port
from tests.wire.certificates import DAY, Authority
from tests.wire.harness import DEADLINE_S, TOPICS, Box, eventually

NOW = dt.datetime.now(dt.UTC)


class Appliance:
    """A device's /etc and /var below a folder; mosquitto runs as its unit starts it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.buses = folder, list[Bus]()
        self.etc, self.state, self.run = folder / "etc/motcua", folder / "var/lib/motcua/broker", folder / "run"
        self.office = Authority(folder / "office")
        for one in (self.etc / "identity/broker", self.state, self.run):
            one.mkdir(parents=True)
        self.port, self.loopback = free_port(), free_port()
        own = self.office.issue("broker")
        shutil.copy(self.office.path, self.etc / "ca.pem")
        shutil.copy(own.certificate, self.etc / "identity/broker/cert.pem")
        shutil.copy(own.key, self.etc / "identity/broker/key.pem")
        appliance.make_passwords(folder, ["hub"])
        device = describe(board="amd64", role="hub", broker_port=self.port)
        files = appliance.files(device, office_accounts(kiosks=2), root=TOPICS.root)
        for name, content in files.items():
            text = (
                content.decode()
                .replace("/etc/motcua", str(self.etc))
                .replace("/var/lib/motcua/broker", str(self.state))
            )
            text = text.replace("listener 1883 ", f"listener {self.loopback} ").replace(
                "user motcua-broker", "user root"
            )
            (folder / name).write_text(text, encoding="utf-8")
        self.said, self.log = "", folder / "mosquitto.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = ["broker", "--conf", str(self.etc / "mosquitto.conf"), "--out", str(self.run / "mosquitto.conf")]
        done = CliRunner().invoke(app, [*words, "--keep", str(self.state)])
        assert done.exit_code == 0, done.output
        self.said = done.output
        self.launch()

    def launch(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen([find_mosquitto(), "-c", str(self.run / "mosquitto.conf")], stderr=log)
        eventually(lambda: _answers(self.loopback))
        assert self._process.poll() is None

    def stop(self) -> None:
        for bus in self.buses:
            bus.stop()
        self.buses.clear()
        if self._process is not None:
            self._process.terminate()
            assert self._process.wait(DEADLINE_S) == 0

    def client(self, name: str, files: TlsFiles | None = None) -> Bus:
        """A client by certificate, or on loopback by password."""
        password = None if files else (self.etc / "identity" / name / "broker-password").read_text(encoding="utf-8")
        port = self.port if files else self.loopback
        made = Bus(host="127.0.0.1", port=port, topics=TOPICS, client=name, tls=files, password=password)
        self.buses.append(made)
        return made

    def lets_in(self, name: str, files: TlsFiles) -> bool:
        bus = self.client(name, files)
        bus.start()
        return bus.wait_connected(DEADLINE_S)

    def turns_away(self, name: str, files: TlsFiles) -> bool:
        """Whether the broker itself says that it does not believe this certificate."""
        before = self._disbelieved()
        bus = self.client(name, files)
        bus.start()
        eventually(lambda: self._disbelieved() > before)
        bus.stop()
        return bus.counts["connections"] == 0

    def _disbelieved(self) -> int:
        return self.log.read_text(encoding="utf-8").count("certificate verify failed")


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Appliance]:
    made = Appliance(tmp_path)
    yield made
    made.stop()


def test_a_kiosk_comes_by_certificate_and_speaks_for_itself_alone(device: Appliance) -> None:
    device.start()
    box, hub = Box(), device.client("hub")
    hub.subscribe(TOPICS.all_device_states, box)
    hub.start()
    assert hub.wait_connected(DEADLINE_S), hub.trouble
    kiosk = device.client("kiosk-1", device.office.issue("kiosk-1"))
    kiosk.start()
    box.wait_state("kiosk-1", state="ready")
    other = DeviceState(kind="kiosk", state="ready", boot="b", connection=1)
    kiosk.publish(TOPICS.device_state("kiosk-2"), other, retain=True)
    eventually(lambda: kiosk.counts["refused"])
    kiosk.publish(TOPICS.beat, Beat(rev=Rev(epoch="e", seq=1), asof_ms=1), qos=1)
    eventually(lambda: kiosk.counts["refused"] == 2)
    assert kiosk.connected
    assert box.messages(DeviceState, TOPICS.device_state("kiosk-2")) == []


def test_a_device_without_passwords_is_reached_by_certificate_alone(device: Appliance) -> None:
    (device.etc / "mosquitto.passwords").unlink()
    device.start()
    assert device.lets_in("kiosk-1", device.office.issue("kiosk-1"))
    hub = device.client("hub")
    hub.start()
    eventually(lambda: hub.trouble is not None)
    assert not hub.connected


def test_a_denied_certificate_stays_outside_and_the_new_one_of_the_same_name_comes_in(device: Appliance) -> None:
    stolen, new = device.office.issue("kiosk-1"), device.office.issue("kiosk-2")
    shutil.copy(device.office.deny(stolen), device.etc / "denied.pem")
    device.start()
    assert "firmware.deny_list" not in device.said
    assert device.turns_away("kiosk-1", stolen)
    assert device.lets_in("kiosk-2", new)
    assert device.lets_in("kiosk-1", device.office.issue("kiosk-1"))


@pytest.mark.parametrize(
    "spoilt", ["expired", "ends too soon", "begins later", "another authority's", "no list", "gone"]
)
def test_no_list_shuts_the_office(device: Appliance, spoilt: str) -> None:
    denied = device.etc / "denied.pem"
    if spoilt == "expired":
        shutil.copy(device.office.deny(since=NOW - DAY, until=NOW - DAY / 2), denied)
    elif spoilt == "ends too soon":
        shutil.copy(device.office.deny(until=NOW + DAY / 2), denied)
    elif spoilt == "begins later":
        shutil.copy(device.office.deny(since=NOW + DAY / 2), denied)
    elif spoilt == "another authority's":
        shutil.copy(Authority(device.folder / "other", "other").deny(), denied)
    elif spoilt == "no list":
        denied.write_text("-----BEGIN X509 CRL-----\nnone\n-----END X509 CRL-----\n", encoding="utf-8")
    device.start()
    assert ("firmware.deny_list" in device.said) == (spoilt != "gone")
    assert device.lets_in("kiosk-1", device.office.issue("kiosk-1"))


def test_an_expired_list_would_shut_the_office_if_it_were_given_to_the_broker(device: Appliance) -> None:
    shutil.copy(device.office.deny(since=NOW - DAY, until=NOW - DAY / 2), device.state / "denied.pem")
    device.start()
    device.stop()
    conf = device.run / "mosquitto.conf"
    text = conf.read_text(encoding="utf-8")
    assert "\ncrlfile" not in text
    conf.write_text(f"{text}crlfile {device.state / 'denied.pem'}\n", encoding="utf-8")
    device.launch()
    assert device.turns_away("kiosk-1", device.office.issue("kiosk-1"))


def test_a_bad_list_does_not_take_the_last_good_one_away(device: Appliance) -> None:
    stolen = device.office.issue("kiosk-1")
    shutil.copy(device.office.deny(stolen), device.etc / "denied.pem")
    device.start()
    device.stop()
    shutil.copy(device.office.deny(until=NOW + DAY / 2), device.etc / "denied.pem")
    device.start()
    assert "xin tỉnh" in device.said
    assert device.turns_away("kiosk-1", stolen)
    assert device.lets_in("kiosk-2", device.office.issue("kiosk-2"))


def test_a_list_is_judged_before_it_is_installed(device: Appliance) -> None:
    path = device.office.deny(device.office.issue("kiosk-1"))
    done = CliRunner().invoke(app, ["deny-list", str(path), "--ca", str(device.etc / "ca.pem")])
    assert (done.exit_code, done.stdout) == (0, f"{path}: 1 certificates denied\n")
    device.office.deny(until=NOW + DAY / 2)
    done = CliRunner().invoke(app, ["deny-list", str(path), "--ca", str(device.etc / "ca.pem")])
    assert done.exit_code == 2
    with pytest.raises(FirmwareError):
        check(path, device.etc / "ca.pem", NOW)


def test_passwords_are_made_once_and_told_to_nobody_else(tmp_path: Path) -> None:
    first = appliance.make_passwords(tmp_path, ["hub", "kiosk-1"])
    secrets = {path.name: path.read_bytes() for path in first}
    assert appliance.make_passwords(tmp_path, ["hub", "kiosk-1"]) == []
    assert all(path.stat().st_mode & 0o077 == 0 for path in first)
    hashes = (tmp_path / "etc/motcua/mosquitto.passwords").read_bytes()
    assert secrets["broker-password"] not in hashes
    assert hashes.startswith(b"hub:$7$")
