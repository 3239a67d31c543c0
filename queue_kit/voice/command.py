"""``motcua voice``: for whoever records an office's own voice: what to read, make a pack of it, check it, hear it."""

from __future__ import annotations

import json as json_format
import sys
from pathlib import Path
from typing import Annotated

import typer

from queue_core.errors import MotcuaError
from queue_kit.voice.errors import VoicePackError

app = typer.Typer(help="The voice of the lobby: record it, check it, hear it.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Record the voice of the lobby, check it, hear it."""


@app.command("list")
def list_phrases(
    lang: Annotated[str, typer.Option(help="vi, en, or any whose pack says how it is spoken")] = "vi",
    json: Annotated[bool, typer.Option("--json", help="as JSON: file → words")] = False,
) -> None:
    """Every phrase that is spoken, with the name of its recording; read from top to bottom."""
    from queue_kit.voice.phrases import CLIP_PAUSE_S, MAX_SYLLABLES_PER_S, needed, spoken_languages
    from queue_kit.voice.recording import recording_name

    if lang not in spoken_languages():
        typer.echo(f"--lang: {', '.join(spoken_languages())}", err=True)
        raise typer.Exit(2)
    if json:
        typer.echo(json_format.dumps({recording_name(lang, words): words for words in needed(lang)}, indent=1))
        return
    for words, syllables in needed(lang).items():
        shortest_s = max(0.0, syllables / MAX_SYLLABLES_PER_S - CLIP_PAUSE_S)
        typer.echo(f"{recording_name(lang, words):28} ≥ {shortest_s:.1f} s   {words}")


@app.command()
def build(
    recordings: Annotated[Path, typer.Argument(help="folder with vi/*.wav and, if wanted, en/*.wav")],
    out: Annotated[Path, typer.Option(help="folder of the new pack; it must not exist")],
    name: Annotated[str, typer.Option(help="whose voice it is")] = "",
) -> None:
    """Make a pack of recordings: silence is cut off, all are made equally loud, and the pack is checked."""
    from queue_kit.voice.recording import build_pack

    try:
        problems = build_pack(recordings, out, name=name or recordings.resolve().name)
    except (MotcuaError, OSError) as error:
        _fail(error)
    _tell(out, [str(problem) for problem in problems], json=False)


@app.command()
def check(
    pack: Annotated[Path | None, typer.Argument(help="folder of a pack; the default one when left out")] = None,
    json: Annotated[bool, typer.Option("--json", help="as JSON")] = False,
) -> None:
    """Say what is missing or wrong in a pack; exit code 1 when anything is."""
    from queue_kit.voice.clips import check as check_pack
    from queue_kit.voice.clips import default_folder

    folder = pack or default_folder()
    try:
        problems = check_pack(folder)
    except VoicePackError as error:
        _fail(error)
    _tell(folder, [str(problem) for problem in problems], json=json)


@app.command()
def say(
    number: Annotated[str, typer.Argument(help="such as A025")],
    counter: Annotated[int, typer.Argument(help="such as 3")],
    out: Annotated[Path, typer.Option(help="WAV file to write")],
    lang: Annotated[str, typer.Option(help="the ticket's language: vi, or en: English after")] = "vi",
    pack: Annotated[Path | None, typer.Option(help="folder of a pack; the default one when left out")] = None,
) -> None:
    """Write an announcement as the lobby hears it, chime and all, to a file."""
    from queue_kit.voice.clips import default_folder, load
    from queue_kit.voice.compose import Announcement, compose
    from queue_kit.voice.sound import write_wav

    try:
        composed = compose(
            Announcement(number=number, counter_number=counter, lang=lang), load(pack or default_folder())
        )
        write_wav(out, composed.samples, composed.rate_hz)
    except (MotcuaError, ValueError, OSError) as error:
        _fail(error)
    typer.echo(f"{out}: {composed.length_s:.1f} s")


def _tell(folder: Path, problems: list[str], *, json: bool) -> None:
    if json:
        typer.echo(
            json_format.dumps({"pack": str(folder), "ok": not problems, "problems": problems}, ensure_ascii=False)
        )
    elif problems:
        typer.echo("\n".join(problems))
        typer.echo(
            f"{folder}: còn {len(problems)} mục cần thu lại / {len(problems)} clips to be recorded again", err=True
        )
    else:
        typer.echo(f"{folder}: đủ và đúng / complete and good")
    if problems:
        raise typer.Exit(1)


def _fail(error: Exception) -> None:
    words = f"{error.vi}\n{error.en}" if isinstance(error, MotcuaError) else str(error)
    typer.echo(words, err=True)
    sys.exit(1)
