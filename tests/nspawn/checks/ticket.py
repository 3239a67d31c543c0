"""Hub and kiosk on two devices: numbers over mutual TLS, who is refused, and what happens to a part that hangs."""

from __future__ import annotations

import json
import time
from typing import Final

from tests.nspawn.checks import Check
from tests.nspawn.container import Container, ContainerError, wait_until
from tests.nspawn.lobby import Lobby, issued
from tests.nspawn.office import CENTRAL_NAME, HUB_NAME, OFFICE, PORT, PROVINCE
from tests.nspawn.stage import Stage

_WATCHDOG_S: Final = 120
_CENTRAL: Final = ("/opt/motcua/bin/motcua", "central")
_DATA: Final = ("--data", "/var/lib/motcua/central")
#: a client of the broker with one of this device's identities, run inside by the package's own Python
_CLIENT: Final = """
import ssl, sys, threading
import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
hub, identity, topic, authority = sys.argv[1:]
own = f"/etc/motcua/identity/{identity}"
client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=identity, protocol=mqtt.MQTTv5)
client.tls_set(f"/etc/motcua/{authority}.pem", f"{own}/cert.pem", f"{own}/key.pem")
said, done = [], threading.Event()
def tell(what):
    said.append(what)
    done.set()
def connected(client, _, flags, code, properties):
    tell(f"connect {code}") if code.is_failure else client.publish(topic, b"{}", qos=1)
client.on_connect = connected
client.on_publish = lambda c, u, mid, code, p: tell(f"publish {code}")
client.on_disconnect = lambda c, u, f, code, p: tell(f"disconnect {code}")
try:
    client.connect(hub, 8883)
except (ssl.SSLError, OSError) as error:
    tell(f"tls {error}")
else:
    client.loop_start()
done.wait(20)
print(said[0] if said else "nothing")
"""


def end_to_end(stage: Stage) -> None:
    """Two taps on the kiosk's screen; the hub's journal on the other device has the number that the screen says."""
    stage.hub.active("motcua-hub.service")
    stage.kiosk.active("motcua-kiosk.service", 150)
    number = Lobby(stage.kiosk, stage.screen("kiosk")).takes_a_number("Chứng thực")
    if not (given := issued(stage.hub)) or given[-1] != number:
        raise ContainerError(f"the screen said {number}, the journal has {given}")


_CONNECTS: Final = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), 4).close()
    print("open")
except OSError as error:
    print(type(error).__name__)
"""


def filtered(stage: Stage) -> None:
    """From the kiosk: the broker is reached; a program of the hub's that is on no list is not, though it listens."""
    stage.hub.active("motcua-broker.service")
    stranger = 9999
    words = ("/usr/bin/python3", "-m", "http.server", str(stranger))
    stage.hub.ok("systemd-run", "--quiet", "--unit=stranger", *words)

    def connects(device: Container, host: str, port: int) -> str:
        return device.ok("/usr/bin/python3", "-c", _CONNECTS, host, str(port))

    try:
        wait_until(lambda: connects(stage.hub, "127.0.0.1", stranger) == "open", "the stranger", 30)
        seen = {port: connects(stage.kiosk, HUB_NAME, port) for port in (PORT, stranger)}
    finally:
        stage.hub.run("systemctl", "stop", "stranger.service")
    if seen != {PORT: "open", stranger: "TimeoutError"}:
        raise ContainerError(str(seen))


def _asks(device: Container, identity: str, topic: str, *, broker: str = HUB_NAME, authority: str = "ca") -> str:
    return device.ok("/opt/motcua/bin/python3", "-c", _CLIENT, broker, identity, topic, authority, timeout_s=40)


def other_topic(stage: Stage) -> None:
    """The kiosk's certificate may ask in its own name, and in no other."""
    root = f"motcua/v1/{PROVINCE}/{OFFICE}"
    stage.hub.active("motcua-hub.service")
    stage.kiosk.active("motcua-kiosk.service", 150)
    stage.kiosk.ok("systemctl", "stop", "motcua-kiosk.service")  # two clients of one name would throw each other out
    try:
        own = _asks(stage.kiosk, "kiosk-1", f"{root}/request/kiosk-1/issue")
        other = _asks(stage.kiosk, "kiosk-1", f"{root}/request/kiosk-2/issue")
        board = _asks(stage.kiosk, "kiosk-1", f"{root}/board")
    finally:
        stage.kiosk.ok("systemctl", "start", "motcua-kiosk.service", timeout_s=150)
    if own != "publish Success":
        raise ContainerError(f"its own topic: {own}")
    for said in (other, board):
        if said != "publish Not authorized":
            raise ContainerError(f"another's topic: {said}")


def revoked(stage: Stage) -> None:
    """The hub's nightly unit takes the province's newer list: the kiosk is refused; with a new identity it comes in."""
    topic = f"motcua/v1/{PROVINCE}/{OFFICE}/request/kiosk-1/issue"
    hub, kiosk = stage.hub, stage.kiosk
    hub.active("motcua-hub.service")
    hub.ok("systemctl", "is-active", "motcua-deny-list.timer")
    kiosk.ok("systemctl", "stop", "motcua-kiosk.service")
    before = _nightly(hub)
    if _nightly(hub) != before:
        raise ContainerError("the broker was started again for no newer list")
    stage.office.deny("kiosk")
    if _nightly(hub) == before:
        raise ContainerError(f"the broker still has the old list:\n{hub.said('motcua-deny-list.service')}")
    refused = _asks(kiosk, "kiosk-1", topic)
    token = stage.office.token("kiosk")
    kiosk.ok("motcua", "provision", "enrol", "--token", token)
    taken = _asks(kiosk, "kiosk-1", topic)
    kiosk.ok("systemctl", "start", "motcua-kiosk.service", timeout_s=150)
    # The hub may still be on its way back to the broker: then nobody hears it, but it was taken.
    if refused.startswith(("publish", "nothing")) or taken not in {
        "publish Success",
        "publish No matching subscribers",
    }:
        raise ContainerError(f"on the list: {refused}; with a new certificate: {taken}")
    print(f"          on the list: {refused}", flush=True)


def _nightly(hub: Container) -> str:
    """Run what its timer runs; the broker's process afterwards."""
    hub.ok("systemctl", "start", "motcua-deny-list.service", timeout_s=120)
    hub.active("motcua-broker.service")
    return hub.property("motcua-broker.service", "MainPID")


def _hangs(device: Container, unit: str) -> None:
    """Freeze the process that feeds the watchdog; systemd ends it and starts another, unasked."""
    device.active(unit, 150)
    before, restarts = device.property(unit, "MainPID"), int(device.property(unit, "NRestarts"))
    device.ok("systemctl", "kill", "--kill-who=main", "--signal=SIGSTOP", unit)
    began = time.monotonic()
    wait_until(lambda: int(device.property(unit, "NRestarts")) > restarts, f"restart of {unit}", _WATCHDOG_S)
    print(f"          {unit} restarted after {time.monotonic() - began:.0f} s", flush=True)
    device.active(unit, 150)
    if device.property(unit, "MainPID") == before:
        raise ContainerError(f"{unit} is the same process as before")
    said = device.ok("journalctl", "--no-pager", "--output=cat", f"--unit={unit}")
    if "watchdog" not in said.lower():
        raise ContainerError(f"no word of the watchdog:\n{said[-2000:]}")


def hung_hub(stage: Stage) -> None:
    """After it the next number follows the last one."""
    lobby = Lobby(stage.kiosk, stage.screen("kiosk"))
    first = lobby.takes_a_number("Chứng thực")
    _hangs(stage.hub, "motcua-hub.service")
    second = lobby.takes_a_number("Chứng thực")
    if second[:1] != first[:1] or int(second[1:]) != int(first[1:]) + 1:
        raise ContainerError(f"{first} was followed by {second}")


def hung_kiosk(stage: Stage) -> None:
    """After it the screen gives numbers again."""
    _hangs(stage.kiosk, "motcua-kiosk.service")
    number = Lobby(stage.kiosk, stage.screen("kiosk")).takes_a_number("Chứng thực")
    if issued(stage.hub)[-1] != number:
        raise ContainerError(f"{number} is not the journal's last")


def reaches_the_province(stage: Stage) -> None:
    """Every record of the hub's journal is at central, on a third machine, and the chain is whole there."""
    stage.hub.active("motcua-hub.service")
    stage.central.active("motcua-central.service")

    def there() -> dict[str, object] | None:
        said = stage.central.ok(*_CENTRAL, "offices", "--json", *_DATA, user="motcua-central")
        found = [json.loads(line) for line in said.splitlines()]
        mine: dict[str, object] | None = next((one for one in found if one["office"] == OFFICE), None)
        return mine if mine and mine["seq"] == _records(stage.hub) else None

    seen = wait_until(there, "journal of the office at the province", 120)
    said = stage.central.ok(*_CENTRAL, "verify", "--json", *_DATA, user="motcua-central")
    if seen["alarms"] or json.loads(said.splitlines()[0])["said"] != "whole":
        raise ContainerError(f"{seen}\n{said}")
    print(f"          {seen['seq']} records", flush=True)


def _records(hub: Container) -> int:
    said = hub.ok("motcua", "journal", "verify", "--json", "/var/lib/motcua/hub", user="motcua-hub")
    return int(json.loads(said.splitlines()[-1])["records"])


def other_office(stage: Stage) -> None:
    """At the province's broker the hub comes under its office's name alone, by the certificate that central signed."""
    stage.central.active("motcua-broker.service")
    hub = stage.hub
    root = f"motcua/v1/{PROVINCE}"

    def asks(identity: str, office: str) -> str:
        topic = f"{root}/{office}/request/{office}/uplink"
        return _asks(hub, identity, topic, broker=CENTRAL_NAME, authority="central")

    hub.ok("systemctl", "stop", "motcua-hub.service")  # two clients of one name would throw each other out
    try:
        own, other, stranger = asks("uplink", OFFICE), asks("uplink", "xa-mot"), asks("hub", OFFICE)
    finally:
        hub.ok("systemctl", "start", "motcua-hub.service", timeout_s=150)
    if own != "publish Success" or other != "publish Not authorized" or stranger.startswith(("publish", "nothing")):
        raise ContainerError(f"its own: {own}; another's: {other}; the office's own certificate: {stranger}")


CHECKS: Final = (
    Check("a number end to end over mutual TLS: a tap on the kiosk, the journal on another device", end_to_end),
    Check("the hub's journal is at the province, on a third machine, over mutual TLS, and whole", reaches_the_province),
    Check(
        "another office's topic is refused at the province; so is a certificate that central did not sign", other_office
    ),
    Check("the packet filter keeps out what the hub is not for", filtered),
    Check("another device's topic is refused, by its certificate's name", other_topic),
    Check("a revoked certificate is refused once the nightly unit brought the list; a new one is taken", revoked),
    Check("the watchdog ends and restarts a hung hub; the next number follows", hung_hub),
    Check("the watchdog ends and restarts a hung kiosk", hung_kiosk),
)
