from __future__ import annotations

import re
from pathlib import Path

from queue_display.board.runtime import SOUND_ALERT
from queue_hub.web.console_view import alert_words
from queue_hub.web.pages import HERE
from queue_hub.web.words import WORDS

FOLDERS = [HERE / "templates", HERE / "static", HERE / "public", HERE, HERE.parent]


def sources() -> str:
    files = [f for folder in FOLDERS for f in folder.iterdir() if f.suffix in {".html", ".js", ".py"}]
    return "\n".join(f.read_text(encoding="utf-8") for f in files)


def test_every_word_that_is_asked_for_is_there_and_none_is_idle() -> None:
    text = sources()
    asked = set(re.findall(r'\b(?:t|word)\("([a-z0-9_.]+)"', text))
    begun = {key for key in asked if key.endswith(".")}  # t("role." ~ …)
    assert asked - begun <= WORDS.keys()
    made = re.findall(
        r'(?:`|f"|")([a-z]+\.(?:[a-z]+_)?)(?:\$?\{|" ~)', text
    )  # counter.${status}, "role." ~ role, f"alert.{kind}"
    quoted = set(re.findall(r"[\"']([a-z0-9_.]+)[\"']", text))
    idle = [k for k in WORDS if k not in asked and k not in quoted and not k.startswith(tuple(made))]
    assert idle == []


def test_every_trouble_that_is_reported_has_words() -> None:
    root = HERE.parent.parent
    hub = "".join(f.read_text("utf-8") for f in (root / "queue_hub").glob("*.py"))
    kiosk = "".join(f.read_text("utf-8") for f in (root / "kiosk").glob("*.py"))
    ready = "".join(
        (root / "queue_kit/paper" / f).read_text("utf-8") for f in ("commands.py", "escpos_printer.py", "printer.py")
    )
    kinds = {SOUND_ALERT, "lost", *re.findall(r'_report\("(\w+)"', hub), *re.findall(r'"(paper_\w+)"', kiosk)}
    kinds |= {key.replace(".", "_") for key in re.findall(r'"(paper\.\w+)"', ready)}
    assert {"backup_failed", "paper_near_end", "paper_cover_open", "paper_second", "paper_slow"} <= kinds
    kinds |= {f"second_{kind}" for kind in kinds if kind.startswith("paper_")}
    assert {kind for kind in kinds if alert_words(kind, "vi") == kind} == set()


def test_both_languages_have_the_same_places() -> None:
    for key, (vi, en) in WORDS.items():
        assert vi.strip(), key
        assert en.strip(), key
        assert set(re.findall(r"{(\w+)}", vi)) == set(re.findall(r"{(\w+)}", en)), key


def test_scripts_put_no_text_in_as_html() -> None:
    for folder in (HERE / "static", HERE / "public"):
        for script in Path(folder).glob("*.js"):
            assert not re.search(
                r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script.read_text("utf-8")
            )
