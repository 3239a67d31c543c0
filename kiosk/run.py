"""The kiosk's process: everything joined, from checked options to the window. ``python -m kiosk.run JSON``.

Order matters: the environment and Kivy's configuration before the first kivy import, the heap before the threads.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from queue_kit import memory
from queue_kit.screen import boot, splash

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.desk import Desk
    from kiosk.panel.panel import Panel
    from kiosk.scanning import Scanner
    from kiosk.session import Event
    from queue_kit.doctor import Check

WIDTH_DOTS: Final = {80: 576, 58: 384}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What ``motcua kiosk`` was told; paths are absolute."""

    province: str
    office: str
    client: str
    broker_host: str
    broker_port: int
    broker_username: str | None
    broker_password_file: str | None
    tls_ca: str | None
    tls_cert: str | None
    tls_key: str | None
    printer: str
    second_printer: str
    scanner: str
    panel: str | None
    mock_pins: str | None
    hub_url: str
    technician_pin_file: str | None
    paper_mm: int
    data: str
    size: str
    position: str
    fullscreen: bool
    rotation: int
    dpi: float | None
    lower_edge_mm: float
    cursor: bool
    lang: str
    idle_s: float
    ring_s: float
    attract_s: float
    press_sound: bool
    sound_device: str
    headset: bool
    ready_file: str | None
    touch_map: str | None

    def dump(self) -> str:
        """As one word of a command line; it holds no secret."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, text: str) -> Self:
        """Read what :meth:`dump` wrote."""
        return cls(**json.loads(text))


def parse_position(text: str) -> tuple[int, int]:
    """Read ``left,top``. Raises :class:`ValueError`."""
    left, _, top = text.partition(",")
    return int(left), int(top or "0")


def check(options: Options) -> str | None:
    """What is wrong with the options, in a sentence; None when nothing is. Imports no Kivy."""
    from kiosk.scanning import check_scanner
    from kiosk.technician.pin import PinLock
    from queue_core.errors import MotcuaError
    from queue_core.wire.topics import Topics
    from queue_kit.languages import languages
    from queue_kit.paper.printer import open_printers

    try:
        boot.parse_size(options.size)
        parse_position(options.position)
        Topics(options.province, options.office).device_state(options.client)
        # A wrong address shall be known now, not when the first citizen waits for the slip.
        open_printers(options.printer, options.second_printer).close()
        check_scanner(options.scanner)
        Path(options.data).mkdir(parents=True, exist_ok=True)
        if options.technician_pin_file:
            PinLock(Path(options.technician_pin_file), Path(options.data) / "technician.json")
        if options.broker_password_file:
            first_line(options.broker_password_file)
    except (MotcuaError, ValueError, OSError, IndexError) as error:
        return str(error)
    if options.paper_mm not in WIDTH_DOTS:
        return f"paper-mm {options.paper_mm}: allowed are 80 and 58"
    if options.rotation not in {0, 90, 180, 270}:
        return f"rotation {options.rotation}: allowed are 0, 90, 180 and 270"
    if options.lang not in languages():
        return f"lang {options.lang}: allowed are {', '.join(languages())}"
    if len({bool(file) for file in (options.tls_ca, options.tls_cert, options.tls_key)}) > 1:
        return "tls-ca, tls-cert and tls-key belong together"
    return None


def first_line(file: str) -> str:
    """A password's file. Raises :class:`OSError`, or :class:`IndexError` when it is empty."""
    return Path(file).read_text(encoding="utf-8").splitlines()[0].strip()


def _open_workbench(
    options: Options, desk: Desk, post: Callable[[Event], None], scanner: Scanner, panel: Panel | None
) -> None:
    """The technician's page; what its checks import is imported behind the PIN."""
    from kiosk.technician.pin import PinLock
    from kiosk.technician.workbench import Workbench

    def checks() -> list[Check]:
        from kiosk.technician.checks import kiosk_checks
        from queue_kit.doctor import Setting

        setting = Setting(
            data=Path(options.data), printer=options.printer, second_printer=options.second_printer,
            paper_mm=options.paper_mm, scanner=options.scanner, sound_device=options.sound_device,
            broker_host=options.broker_host, broker_port=options.broker_port,
        )  # fmt: skip
        return kiosk_checks(desk, setting, scanner=scanner, panel=panel)

    lock = PinLock(Path(options.technician_pin_file or ""), Path(options.data) / "technician.json")
    desk.workbench = Workbench(lock, post=post, checks=checks)


def _panel(plan_json: str, mock_pins: str | None, desk: Desk, post: Callable[[Event], None]) -> Panel:
    """What hangs on the pins, of a plan that was checked; ``mock_pins``: the socket that works mock ones."""
    from kiosk.panel.panel import Panel
    from kiosk.panel.plan import PanelPlan

    factory: Callable[[], object] | None = None
    if mock_pins is not None:
        from queue_kit.mock_pins import MockPins

        pins = MockPins(Path(mock_pins))
        factory = lambda: pins.factory  # noqa: E731
    plan = PanelPlan.model_validate_json(plan_json)
    return Panel(plan, post=post, troubles=desk.panel_troubles, factory=factory)


def reading_devices(address: str, scanner: Scanner) -> dict[str, Callable[[], str | None]]:
    """How the scanner and the camera are, by their fields in DeviceHealth; of the two there is one, or none."""

    def there() -> str | None:
        known = scanner.there
        return None if known is None else "there" if known else "away"

    kind = address.partition(":")[0]
    held = {"none": None, "camera": "camera"}.get(kind, "scanner")
    return {name: there if name == held else lambda: "none" for name in ("scanner", "camera")}


def run(options: Options) -> None:
    """Open the window and live until the end."""
    memory.one_heap(pictures=True)
    data = Path(options.data)
    if options.fullscreen:
        splash.show_again()
    screen = boot.prepare(
        size=boot.parse_size(options.size),
        dpi=options.dpi,
        fullscreen=options.fullscreen,
        position=parse_position(options.position),
        rotation=options.rotation,
        cursor=options.cursor,
        title=f"motcua {options.client}",
        home=data / "kivy",
        video=os.environ.get("SDL_VIDEODRIVER"),
    )

    from kiosk import session
    from kiosk.app import KioskApp
    from kiosk.desk import Desk
    from kiosk.library import Library
    from kiosk.scanning import open_scanner
    from kiosk.settings import KioskSettings
    from kiosk.sounds import Sounds
    from queue_core.version import version
    from queue_core.wire.bus import Bus, TlsFiles
    from queue_core.wire.topics import Topics
    from queue_kit.screen import fonts
    from queue_kit.sd_notify import Notifier
    from queue_kit.voice.players.alsa import AlsaPlayer
    from queue_kit.voice.speech import Speech

    fonts.register()
    app = KioskApp(
        settings=KioskSettings(
            screen=screen,
            lang=options.lang,
            timing=session.Timing(idle_s=options.idle_s, ring_s=options.ring_s, attract_s=options.attract_s),
            prints=not options.printer.startswith("none"),
            scans=not options.scanner.startswith("none"),
            headset=options.headset,
            lower_edge_mm=options.lower_edge_mm,
            technician=options.technician_pin_file is not None,
            ready_file=Path(options.ready_file) if options.ready_file else None,
            touch_map=Path(options.touch_map) if options.touch_map else None,
        )
    )
    app.notifier = Notifier()
    desk: Desk | None = None

    def connection_changed(connected: bool) -> None:  # noqa: FBT001 -- the bus's own callback
        app.notifier.status("connected" if connected else "the broker is away")
        if desk is not None:
            desk.connection_changed(connected)

    tls = None
    if options.tls_ca and options.tls_cert and options.tls_key:
        tls = TlsFiles(Path(options.tls_ca), Path(options.tls_cert), Path(options.tls_key))
    bus = Bus(
        host=options.broker_host,
        port=options.broker_port,
        topics=Topics(options.province, options.office),
        client=options.client,
        kind="kiosk",
        version=version(),
        username=options.broker_username,
        password=first_line(options.broker_password_file) if options.broker_password_file else None,
        tls=tls,
        on_connection=connection_changed,
    )
    width_dots = WIDTH_DOTS[options.paper_mm]
    ca = Path(options.tls_ca) if options.tls_ca else None
    library = Library(data / "catalogue.db", post=app.post, hub_url=options.hub_url, ca=ca)
    player = AlsaPlayer(device=options.sound_device or None)
    sounds = app.sounds = Sounds(player, Speech(data / "speech"), clicks=options.press_sound)
    desk = Desk(
        bus=bus, data=data, printer=options.printer, second_printer=options.second_printer, width_dots=width_dots,
        post=app.post, library=library, called=sounds.hold,
    )  # fmt: skip
    app.link = desk
    panel = app.panel = None if options.panel is None else _panel(options.panel, options.mock_pins, desk, app.post)
    scanner = app.scanner = open_scanner(options.scanner, lambda text: app.post(session.Scanned(text)))
    desk.condition.devices.update(reading_devices(options.scanner, scanner))
    if options.technician_pin_file:
        _open_workbench(options, desk, app.post, scanner, panel)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: app.end())
    app.run()


if __name__ == "__main__":
    run(Options.load(sys.argv[1]))
