"""Which processes a role runs, as whom, and with which arguments: one ``MOTCUA_ARGS`` a unit, nothing secret in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from provisioning.inventory import Place

ETC: Final = "/etc/motcua"
STATE: Final = "/var/lib/motcua"
TLS_PORT: Final = 8883
CONSOLE_PORT: Final = 8443
PUBLIC_PORT: Final = 8444
UPLINK: Final = "uplink"

#: as the screen's cable knows it; an upright one is turned by what draws, its touches with it
_SIZES: Final = {"portrait-1080p": "1920x1080", "landscape-1080p": "1920x1080", "touch-display": "800x480"}


@dataclass(frozen=True, slots=True)
class Process:
    """A process instance. ``instance``: its identity; ``user``: its unit's; ``env``: name of its file of arguments.

    ``arguments``: None for the broker, which has a configuration file instead, and for the uplink, which is the hub's
    second identity: at central it comes as its office.
    """

    instance: str
    user: str
    env: str
    arguments: tuple[str, ...] | None


def processes(place: Place) -> list[Process]:
    """The process instances of a device, the broker first."""
    device = place.device
    found: list[Process] = []
    if place.has_hub:
        found += [Process("broker", "motcua-broker", "broker", None), _hub(place)]
    if place.sends:
        found.append(Process(UPLINK, "motcua-hub", UPLINK, None))
    if place.is_central:
        found += [Process("broker", "motcua-broker", "broker", None), _central(place)]
    if device.role in {"solo", "kiosk"}:
        found.append(_kiosk(place))
    if device.role == "board":
        found.append(_board(place))
    if device.role == "signs":
        found.append(_signs(place))
    return found


def _broker(place: Place, instance: str) -> list[str]:
    # By name, also on the hub's own machine: the broker's certificate carries it, /etc/hosts says where it is.
    own = f"{ETC}/identity/{instance}"
    return [
        *("--broker-host", place.hub_name, "--broker-port", str(TLS_PORT)),
        *("--tls-ca", f"{ETC}/ca.pem", "--tls-cert", f"{own}/cert.pem", "--tls-key", f"{own}/key.pem"),
    ]


def _screen(place: Place) -> list[str]:
    screen, rotation = place.device.screen, place.device.rotation
    if rotation is None:
        rotation = 90 if screen == "portrait-1080p" else 0
    return ["--size", _SIZES[screen], *(["--rotation", str(rotation)] if rotation else [])]


def _where(place: Place) -> list[str]:
    return ["--province", place.province.inventory.province, "--office", place.office.id, "--client", place.device.id]


def _hub(place: Place) -> Process:
    words = [
        *("--data", f"{STATE}/hub", "--office", f"{ETC}/office.yaml"),
        *_broker(place, "hub"),
        # Every address, also while the cable is out and the machine has none: the firewall says who comes in.
        *("--http-host", "0.0.0.0", "--http-port", str(CONSOLE_PORT)),  # noqa: S104
        *("--http-cert", f"{ETC}/identity/hub/cert.pem", "--http-key", f"{ETC}/identity/hub/key.pem"),
        *("--http-ca", f"{ETC}/ca.pem"),
        *("--public-host", "0.0.0.0", "--public-port", str(PUBLIC_PORT)),  # noqa: S104
    ]
    if place.sends:
        own = f"{ETC}/identity/{UPLINK}"
        words += ["--central", f"{place.central_name}:{TLS_PORT}", "--central-ca", f"{ETC}/central.pem"]
        words += ["--central-cert", f"{own}/cert.pem", "--central-key", f"{own}/key.pem"]
    if place.device.ports.backup:
        words += ["--backup", "/var/backups/motcua"]
    if place.device.role == "hub":
        words += ["--printer", place.device.printer, "--paper-mm", str(place.device.paper_mm)]
    return Process("hub", "motcua-hub", "hub", tuple(words))


def _central(place: Place) -> Process:
    words = ["serve", "--province", place.province.inventory.province, "--data", f"{STATE}/central"]
    return Process("central", "motcua-central", "central", (*words, *_broker(place, "central")))


def _kiosk(place: Place) -> Process:
    device = place.device
    scanner = device.scanner if device.scanner != "none:" or device.camera == "none" else f"camera:{device.camera}"
    words = [
        *_where(place), *_broker(place, device.id),
        *("--data", f"{STATE}/kiosk", "--printer", device.printer, "--second-printer", device.second_printer),
        *("--paper-mm", str(device.paper_mm), "--scanner", scanner),
        *("--hub-url", f"https://{place.hub_name}:{CONSOLE_PORT}"),
        *_screen(place), "--fullscreen",
    ]  # fmt: skip
    if device.panel:
        words += ["--panel", f"{ETC}/panel.yaml"]
    return Process(device.id, "motcua-kiosk", "kiosk", tuple(words))


def _board(place: Place) -> Process:
    device = place.device
    words = [
        *_where(place), *_broker(place, device.id),
        *("--data", f"{STATE}/board", "--screen", "fullscreen"), *_screen(place),
        *("--voice", "default" if device.voice else "none"),
    ]  # fmt: skip
    return Process(device.id, "motcua-board", "display", tuple(words))


def _signs(place: Place) -> Process:
    words = [*_where(place), *_broker(place, place.device.id), "--data", f"{STATE}/signs"]
    if place.device.signs:
        words += ["--wiring", f"{ETC}/signs.yaml"]
    return Process(place.device.id, "motcua-signs", "signs", tuple(words))
