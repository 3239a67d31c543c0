"""The technician's guides say what the product says: its words, its commands, its pictures; both languages alike."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from queue_hub.web import words

ROOT = Path(__file__).parents[2]
GUIDES = ("technician.md", "ky-thuat-vien.md")


def text_of(guide: str) -> str:
    return (ROOT / "docs" / guide).read_text(encoding="utf-8")


@cache
def all_words() -> str:
    """Everything the kiosk and the console say in Vietnamese."""
    packs = (ROOT / "queue_kit/languages/packs/vi").glob("*.json")
    said = [str(value) for pack in packs for value in json.loads(pack.read_text(encoding="utf-8")).values()]
    return "\n".join([*said, *(vi for vi, _ in words.WORDS.values())])


@cache
def help_of(command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "motcua", *command.split(), "--help"], capture_output=True, text=True, timeout=60,
        check=True, env={"PATH": "/usr/bin:/bin", "COLUMNS": "300", "TERM": "dumb"}, cwd=ROOT,
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize("guide", GUIDES)
def test_every_message_is_one_that_the_product_says(guide: str) -> None:
    quoted = re.findall(r"«([^»]+)»", text_of(guide))
    assert len(quoted) >= 12
    assert [one for one in quoted if one not in all_words()] == []


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_is_one_that_there_is(guide: str) -> None:
    text = text_of(guide)
    lines = re.findall(r"^motcua .*$", text, re.MULTILINE) + re.findall(r"`(motcua [^`]+)`", text)
    assert len(lines) >= 6
    for line in lines:
        words_of = line.split()[1:]
        command = " ".join(words_of[: 2 if words_of[0] in {"provision", "firmware", "journal"} else 1])
        for option in re.findall(r"--[a-z-]+", line):
            assert option in help_of(command), (line, option)


@pytest.mark.parametrize("guide", GUIDES)
def test_every_picture_and_page_is_there(guide: str) -> None:
    linked = re.findall(r"\]\(([^)#]+)\)", text_of(guide))
    assert [one for one in linked if not (ROOT / "docs" / one).is_file()] == []


def test_both_languages_have_the_same_parts() -> None:
    shapes = [
        [found[0] for line in text_of(guide).splitlines() if (found := re.match(r"#+|\||!|\d\.|```", line))]
        for guide in GUIDES
    ]
    assert shapes[0] == shapes[1]
