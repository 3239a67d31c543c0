"""mosquitto as we configure it: who gets in, who may say what to whom, and its life as our child."""

from __future__ import annotations

import contextlib
import socket
import stat
import threading
from pathlib import Path

import pytest

from queue_core.wire.bus import Bus
from queue_core.wire.messages import Beat, DeviceState, Message, Rev
from queue_kit.broker import Account, Broker, BrokerError, TlsListener, office_accounts
from queue_kit.broker.config import configuration
from queue_kit.broker.process import free_port
from tests.wire.certificates import Authority
from tests.wire.harness import DEADLINE_S, TOPICS, Box, Office, eventually

BEAT = Beat(rev=Rev(epoch="e", seq=1), asof_ms=1)


# ------------------------------------------------------------------ its life
def test_it_starts_accepts_stops_and_starts_again_with_what_was_retained(office: Office) -> None:
    broker = office.broker
    assert broker.running
    port, pid = broker.port, broker.pid
    office.started("hub").publish(TOPICS.board, BEAT, retain=True)
    _, box = office.listener("kiosk-1", TOPICS.board)
    box.wait_for(lambda it: it.items)
    broker.restart()
    assert (broker.port, broker.running) == (port, True)
    assert broker.pid != pid
    _, later = office.listener("kiosk-2", TOPICS.board)
    assert later.wait_for(lambda it: it.items)[0][2].retained
    broker.stop()
    assert not broker.running
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((broker.host, port), timeout=1.0)


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(BrokerError) as caught:
            Broker(tmp_path / "b", accounts=[Account("hub", "hub")], port=port).start()
    assert caught.value.key == "broker.port_taken"
    assert str(port) in caught.value.vi


def test_a_missing_program_is_named_with_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("queue_kit.broker.process._PLACES", (str(tmp_path),))
    with pytest.raises(BrokerError) as caught:
        Broker(tmp_path / "b", accounts=[]).start()
    assert caught.value.key == "broker.missing"
    assert "apt install mosquitto" in caught.value.vi


def test_a_broker_that_does_not_start_says_why(tmp_path: Path) -> None:
    tls = TlsListener(free_port(), tmp_path / "no.pem", tmp_path / "no.pem", tmp_path / "no.key", host="127.0.0.1")
    broker = Broker(tmp_path / "b", accounts=[Account("hub", "hub")], tls=[tls])
    with pytest.raises(BrokerError) as caught:
        broker.start()
    assert caught.value.key == "broker.not_started"
    assert "no.pem" in caught.value.en
    assert not broker.running


@pytest.mark.parametrize("name", ["", "Kiosk", "a/b", "kiosk#1", "+", "a b", "kiosk-1\nuser hub", "x" * 33])
def test_names_that_reach_into_other_topics_are_refused(name: str) -> None:
    with pytest.raises(BrokerError) as caught:
        Account(name)
    assert caught.value.key == "broker.bad_value"


def test_a_path_cannot_break_out_of_its_line(tmp_path: Path) -> None:
    bad = tmp_path / "a\nallow_anonymous true"
    with pytest.raises(BrokerError) as caught:
        configuration(data=bad, passwords=bad, acl=bad, log=bad, port=1883)
    assert caught.value.key == "broker.bad_value"


def test_secrets_are_readable_by_their_owner_only(office: Office) -> None:
    folder = office.broker.directory
    for path in (folder, folder / "secrets", folder / "passwords", office.broker.password_path("kiosk-1")):
        assert stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO) == 0, path
    assert office.broker.password_path("kiosk-1").read_text() == office.broker.password("kiosk-1")
    assert office.broker.password("kiosk-1") not in (folder / "passwords").read_text()
    assert office.broker.password("kiosk-1") not in repr(office.broker.accounts)


def test_it_listens_on_loopback_only(office: Office) -> None:
    opened = set()
    for one in Path(f"/proc/{office.broker.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed since it was listed
            opened.add(str(one.readlink()))
    listening = [
        row.split()[1]
        for family in ("tcp", "tcp6")
        for row in Path(f"/proc/net/{family}").read_text().splitlines()[1:]
        if row.split()[3] == "0A" and f"socket:[{row.split()[9]}]" in opened
    ]
    assert listening == [f"0100007F:{office.broker.port:04X}"]


# ------------------------------------------------------------------ who gets in
@pytest.mark.parametrize(
    ("username", "password"),
    [("", None), ("kiosk-1", None), ("kiosk-1", "wrong"), ("nobody", "x"), ("hub", "")],
)
def test_who_has_no_account_stays_outside(office: Office, username: str, password: str | None) -> None:
    stranger = office.bus("kiosk-1", username=username, password=password)
    stranger.start()
    eventually(lambda: stranger.connection >= 2)
    assert not stranger.connected
    assert stranger.trouble is not None
    assert stranger.trouble.key == "wire.refused"


def test_a_client_cannot_take_anothers_place(office: Office) -> None:
    hub = office.started("hub")
    intruder = office.bus("hub", username="kiosk-1", password=office.broker.password("kiosk-1"))
    intruder.start()
    eventually(lambda: intruder.counts["refused"] >= 1)  # its birth as "hub" is refused: it is kiosk-1 to the broker
    assert hub.connected
    assert hub.connection == 1


# ------------------------------------------------------------------ who may say what
OWN, OTHER = TOPICS.request("kiosk-1", "issue"), TOPICS.request("kiosk-2", "issue")
SAID = {
    "kiosk asks as itself": ("kiosk-1", OWN, True),
    "kiosk says its own state": ("kiosk-1", TOPICS.device_state("kiosk-1"), True),
    "kiosk asks as another": ("kiosk-1", OTHER, False),
    "kiosk says another's state": ("kiosk-1", TOPICS.device_state("kiosk-2"), False),
    "kiosk says the hub's state": ("kiosk-1", TOPICS.device_state("hub"), False),
    "kiosk writes the board": ("kiosk-1", TOPICS.board, False),
    "kiosk calls": ("kiosk-1", TOPICS.call, False),
    "kiosk writes the lobby": ("kiosk-1", TOPICS.lobby, False),
    "kiosk beats": ("kiosk-1", TOPICS.beat, False),
    "kiosk writes events": ("kiosk-1", TOPICS.events, False),
    "kiosk answers itself": ("kiosk-1", TOPICS.reply("kiosk-1"), False),
    "kiosk answers another": ("kiosk-1", TOPICS.reply("kiosk-2"), False),
    "kiosk prints at another": ("kiosk-1", TOPICS.print_job("kiosk-2"), False),
    "kiosk prints at itself": ("kiosk-1", TOPICS.print_job("kiosk-1"), False),
    "hub prints at a kiosk": ("hub", TOPICS.print_job("kiosk-1"), True),
    "kiosk moves the clock": ("kiosk-1", TOPICS.clock, False),
    "kiosk asks deeper": ("kiosk-1", OWN + "/x", False),
    "board calls": ("board-1", TOPICS.call, False),
    "observer calls": ("watch", TOPICS.call, False),
    "observer moves the clock": ("watch", TOPICS.clock, False),
    "driver moves the clock": ("driver", TOPICS.clock, True),
    "driver calls": ("driver", TOPICS.call, False),
    "hub calls": ("hub", TOPICS.call, True),
    "hub answers": ("hub", TOPICS.reply("kiosk-1"), True),
}


def test_who_may_write_what(office: Office) -> None:
    clients = {name: office.started(name) for name in {client for client, _, _ in SAID.values()}}
    _, box = office.listener("ear", f"{TOPICS.root}/#")
    admitted = {}
    for case, (client, topic, _) in SAID.items():
        bus = clients[client]
        before = bus.counts["refused"]
        bus._live.send(topic, case.encode(), qos=1).wait_for_publish(DEADLINE_S)  # type: ignore[union-attr]
        admitted[case] = bus.counts["refused"] == before
    assert admitted == {case: wanted for case, (_, _, wanted) in SAID.items()}
    box.wait_for(lambda it: it.items[-1:] and it.items[-1][1] == b"hub answers")
    delivered = {payload.decode() for _, payload, _ in box.items} & SAID.keys()
    assert delivered == {case for case, (_, _, wanted) in SAID.items() if wanted}


HEARD = {
    "kiosk-1": {TOPICS.board, TOPICS.call, TOPICS.lobby, TOPICS.catalogue, TOPICS.beat, TOPICS.device_state("hub")}
    | {TOPICS.reply("kiosk-1"), TOPICS.print_job("kiosk-1"), TOPICS.device_state("kiosk-1")},
    "board-1": {TOPICS.board, TOPICS.call, TOPICS.lobby, TOPICS.catalogue, TOPICS.beat, TOPICS.events}
    | {TOPICS.device_state("hub")},
}
EVERYTHING = [
    *(TOPICS.board, TOPICS.call, TOPICS.lobby, TOPICS.catalogue, TOPICS.beat, TOPICS.events, TOPICS.clock, OWN, OTHER),
    *(TOPICS.reply("kiosk-1"), TOPICS.reply("kiosk-2"), TOPICS.device_state("kiosk-1"), TOPICS.device_state("hub")),
    *(TOPICS.device_state("kiosk-2"), TOPICS.print_job("kiosk-1"), TOPICS.print_job("kiosk-2")),
]
HEARD["watch"] = set(EVERYTHING)


def test_who_may_hear_what(office: Office) -> None:
    listeners = {name: office.raw(name) for name in HEARD}
    granted = threading.Semaphore(0)
    for paho, _, _ in listeners.values():
        paho.on_subscribe = lambda *_: granted.release()
        paho.subscribe("#", qos=1)  # granted to anybody, and worth nothing: the access list decides at delivery
    for _ in listeners:
        assert granted.acquire(timeout=DEADLINE_S)  # what is said before the grant is not heard
    hub = office.started("hub")
    for topic in EVERYTHING:
        hub.publish(topic, Message())
    last = DeviceState(state="ready", boot="the-last")
    hub.publish(TOPICS.device_state("hub"), last)
    for name, (_, box, _) in listeners.items():
        box.wait_for(lambda it: any(b"the-last" in payload for _, payload, _ in it.items))
        assert {topic for topic, _, _ in box.items} == HEARD[name], name


# ------------------------------------------------------------------ mutual TLS
def test_other_machines_come_by_certificate_and_are_who_it_says(tmp_path: Path) -> None:
    office, strangers = Authority(tmp_path / "office"), Authority(tmp_path / "strangers", "strangers")
    server = office.issue("broker")
    tls = TlsListener(free_port(), server.ca, server.certificate, server.key, host="127.0.0.1")
    buses: list[Bus] = []

    def bus(client: str, files: object, port: int = tls.port) -> Bus:
        made = Bus(host="127.0.0.1", port=port, topics=TOPICS, client=client, tls=files)  # type: ignore[arg-type]
        buses.append(made)
        return made

    with Broker(tmp_path / "b", accounts=office_accounts(), tls=[tls]):
        box, hub = Box(), bus("hub", office.issue("hub"))
        hub.subscribe(TOPICS.all_device_states, box)
        hub.start()
        assert hub.wait_connected(DEADLINE_S), hub.trouble
        kiosk = bus("kiosk-1", office.issue("kiosk-1"))
        kiosk.start()
        box.wait_state("kiosk-1", state="ready")
        hub.publish(TOPICS.beat, BEAT)

        pretender = bus("kiosk-1", office.issue("board-1"))  # its certificate makes it board-1
        pretender.start()
        eventually(lambda: pretender.counts["refused"])
        assert kiosk.connected
        assert kiosk.connection == 1

        foreign = strangers.issue("kiosk-1")
        outside = bus("kiosk-1", type(foreign)(office.path, foreign.certificate, foreign.key))
        outside.start()
        lured = bus("kiosk-1", foreign)  # knows another authority: it does not trust our broker
        lured.start()
        eventually(lambda: outside.connection >= 2 and lured.connection >= 2)
        assert not outside.connected
        assert not lured.connected
        for made in buses:
            made.stop()
