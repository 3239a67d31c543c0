"""``motcua display``: a television board with its voice, or the voice alone."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from queue_core.errors import MotcuaError
from queue_core.version import version
from queue_core.wire.tls import broker_tls
from queue_core.wire.topics import Topics
from queue_display.errors import BoardOptionError
from queue_kit.sd_notify import Notifier
from queue_kit.voice.errors import VoicePackError

if TYPE_CHECKING:
    from queue_display.board.app import FilmSound
    from queue_display.board.runtime import Runtime, Voice


def display(  # noqa: PLR0917 -- a process's options
    province: Annotated[str, typer.Option(help="province's id in the topics", envvar="MOTCUA_PROVINCE")],
    office: Annotated[str, typer.Option(help="office's id in the topics", envvar="MOTCUA_OFFICE")],
    client: Annotated[str, typer.Option(help="this screen's identity at the broker")] = "board-1",
    broker_host: Annotated[str, typer.Option(envvar="MOTCUA_BROKER_HOST")] = "127.0.0.1",
    broker_port: Annotated[int, typer.Option(envvar="MOTCUA_BROKER_PORT")] = 1883,
    broker_username: Annotated[str | None, typer.Option(help="account at the broker, when not the client's id")] = None,
    broker_password_file: Annotated[Path | None, typer.Option(help="file with the broker's password")] = None,
    tls_ca: Annotated[Path | None, typer.Option(help="the office's authority; with --tls-cert and --tls-key")] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="this screen's certificate")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="this screen's key")] = None,
    screen: Annotated[str, typer.Option(help="window, fullscreen, or none: the voice alone")] = "window",
    size: Annotated[str, typer.Option(help="the panel's own pixels, before any rotation")] = "1920x1080",
    position: Annotated[str, typer.Option(help="window's place, X,Y")] = "0,0",
    rotation: Annotated[int, typer.Option(help="0, 90, 180 or 270")] = 0,
    distance_m: Annotated[float | None, typer.Option(help="from the television to the farthest seat")] = None,
    diagonal_in: Annotated[float | None, typer.Option(help="the television's diagonal; too small is said")] = None,
    lang: Annotated[str, typer.Option(help="vi, or vi,en: English in small letters under the Vietnamese")] = "vi,en",
    media: Annotated[Path | None, typer.Option(help="folder of pictures and films for the information screen")] = None,
    media_volume: Annotated[
        int, typer.Option(min=0, max=100, help="loudness of films, percent of full; 0: silent. Quieter under a call")
    ] = 40,
    voice: Annotated[str, typer.Option(help="folder of a voice pack, default, or none")] = "default",
    audio: Annotated[str, typer.Option("--audio", "--audio-out", help="alsa, alsa:DEVICE, wav:FILE or none")] = "alsa",
    pace: Annotated[str, typer.Option(help="real; or max: turns and speech take no time (simulated days)")] = "real",
    data: Annotated[
        Path | None,
        typer.Option(help="folder: a copy of the journal's records; a witness of numbers when the hub's is lost"),
    ] = None,
    log_calls: Annotated[Path | None, typer.Option(help="record of what was shown and spoken, JSON lines")] = None,
    ready_file: Annotated[Path | None, typer.Option(help="written when connected and drawn")] = None,
    hub_client: Annotated[str, typer.Option(help="the hub's identity at the broker", hidden=True)] = "hub",
    verbose: Annotated[bool, typer.Option()] = False,
) -> None:
    """A television board with its voice: calls, counters, who waits, notices."""
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO,
        format="%(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    try:
        topics = Topics(province, office)
        tls = broker_tls(tls_ca, tls_cert, tls_key)
        speaking = _voice(voice, audio, real_time=pace != "max")
        if screen not in {"window", "fullscreen", "none"} or pace not in {"real", "max"}:
            option, given = ("--pace", pace) if pace not in {"real", "max"} else ("--screen", screen)
            raise BoardOptionError("board.option", option=option, problem=given)
    except (MotcuaError, ValueError) as error:
        typer.echo(f"{error.vi}\n{error.en}" if isinstance(error, MotcuaError) else str(error), err=True)
        raise typer.Exit(2) from error

    from queue_core.wire.bus import Bus
    from queue_display.board.record import Record
    from queue_display.board.runtime import Runtime

    password = broker_password_file.read_text(encoding="utf-8").strip() if broker_password_file else None
    tied: list[Runtime] = []

    began_s = time.monotonic()
    ready = _Ready(ready_file, began_s, waits_for={"connected"} if screen == "none" else {"connected", "drawn"})
    notifier = Notifier()

    def on_connection(connected: bool) -> None:
        tied[0].on_connection(connected)
        notifier.status("connected" if connected else "the broker is away")
        if connected:
            ready("connected")

    bus = Bus(
        host=broker_host,
        port=broker_port,
        topics=topics,
        client=client,
        kind="board",
        username=broker_username,
        password=password,
        tls=tls,
        version=version(),
        on_connection=on_connection,
    )
    runtime = Runtime(
        bus=bus,
        voice=speaking,
        record=Record(log_calls),
        shown_s=0.0 if pace == "max" else None,
        hub_client=hub_client,
        seen=data / "seen.json" if data is not None else None,
        turned=notifier.alive,
    )
    tied.append(runtime)
    if screen == "none":
        _run_without_screen(runtime, notifier)
    else:

        def drawn() -> None:
            notifier.ready()
            ready("drawn")

        _run_screen(
            runtime,
            drawn,
            size=size,
            position=position,
            rotation=rotation,
            fullscreen=screen == "fullscreen",
            distance_m=distance_m,
            diagonal_in=diagonal_in,
            media=media,
            film_volume=0 if audio == "none" else media_volume,
            film_device=audio.removeprefix("alsa:") if audio.startswith("alsa:") else None,
            english="en" in lang.split(","),
        )
    notifier.stopping()


def _voice(choice: str, audio: str, *, real_time: bool) -> Voice | None:
    """The voice, or None. A default pack that is not there yet is made; without its maker the board is silent."""
    if choice == "none":
        return None
    from queue_display.board.runtime import Voice
    from queue_kit.voice.clips import default_folder, load
    from queue_kit.voice.players import make_player

    if audio.endswith(".wav") and ":" not in audio:
        audio = f"wav:{audio}"
    folder = default_folder() if choice == "default" else Path(choice)
    if choice == "default":
        from queue_kit.voice.make_clips import make

        try:
            make(folder)
        except (VoicePackError, OSError) as error:
            logging.getLogger(__name__).warning("the default voice was not made: %s", error)
    pack = load(folder)
    return Voice(pack, make_player(audio, rate_hz=pack.rate_hz, real_time=real_time))


def _run_without_screen(runtime: Runtime, notifier: Notifier) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: runtime.leave())
    runtime.start()
    notifier.ready()
    runtime.run()
    runtime.stop()


def _run_screen(
    runtime: Runtime,
    on_ready: Callable[[], None],
    *,
    size: str,
    position: str,
    rotation: int,
    fullscreen: bool,
    distance_m: float | None,
    diagonal_in: float | None,
    media: Path | None,
    film_volume: int,
    film_device: str | None,
    english: bool,
) -> None:
    from queue_kit.screen.boot import parse_size, prepare
    from queue_kit.screen.splash import show_again

    try:
        width, height = parse_size(size)
        left, top = (int(part) for part in position.split(","))
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    if fullscreen:
        show_again()
    prepare(
        size=(width, height),
        fullscreen=fullscreen,
        position=(left, top),
        rotation=rotation,
        title="motcua board",
    )
    from queue_display.board.app import BoardApp

    needed_px = 0.0
    if distance_m is not None and diagonal_in is not None:
        needed_px = _judge_television((width, height), diagonal_in, distance_m)
    app = BoardApp(
        runtime,
        media=media,
        english=english,
        film_sound=_film_sound(film_volume, film_device),
        row_needed_px=needed_px,
        on_ready=on_ready,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: app.leave())
    app.run()


def _judge_television(size: tuple[int, int], diagonal_in: float, distance_m: float) -> float:
    """Say when the television is too small; the size (px) from which its rows are read from the farthest seat."""
    from queue_display.board.call_card import NUMBER_PX, em
    from queue_display.board.legibility import judge, row_needed_px
    from queue_display.board.row_layout import choose
    from queue_display.board.screen import DESIGN_HEIGHT, DESIGN_WIDTH
    from queue_kit.screen import fonts

    fonts.register()
    scale = min(size[0] / DESIGN_WIDTH, size[1] / DESIGN_HEIGHT)
    needed_px = row_needed_px(size=size, diagonal_inch=diagonal_in, distance_m=distance_m)
    rows = choose(number_em=em("A000"), counter_em=em("0"), needed_px=needed_px / scale)
    legible = judge(
        size=size,
        diagonal_inch=diagonal_in,
        distance_m=distance_m,
        number_px=NUMBER_PX * scale,
        row_px=rows.number_px * scale,
    )
    typer.echo("\n".join(legible.advice() or ()), err=True)
    return needed_px


def _film_sound(volume_percent: int, device: str | None) -> FilmSound:
    """A card without a mixer plays one program at a time: there films are silent, the voice must find it free."""
    from queue_display.board.app import FilmSound

    alone = device is not None and device.partition(":")[0] in {"hw", "plughw"}
    if alone and volume_percent:
        logging.getLogger(__name__).warning("films are silent: %s takes one program at a time, the voice", device)
    return FilmSound(0.0 if alone else volume_percent / 100, device)


class _Ready:
    """Writes the ready file when everything it waits for has happened: before that a call would be missed."""

    def __init__(self, path: Path | None, began_s: float, *, waits_for: set[str]) -> None:
        self._path = path
        self._began_s = began_s
        self._missing = waits_for
        self._lock = threading.Lock()

    def __call__(self, what: str) -> None:
        with self._lock:
            if what not in self._missing:
                return
            self._missing.discard(what)
            if self._missing or self._path is None:
                return
            after_s = round(time.monotonic() - self._began_s, 3)
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Whoever waits for the file must never read half of it.
            part = self._path.with_name(f".{self._path.name}.part")
            part.write_text(json.dumps({"pid": os.getpid(), "after_s": after_s}) + "\n", encoding="utf-8")
            part.replace(self._path)
