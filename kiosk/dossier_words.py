"""What the screen says of a dossier: plain functions of the hub's reply, in a language. No Kivy."""

from __future__ import annotations

from typing import Final

from kiosk.words import clock_words, counters_words, local, say
from queue_core.wire.messages import DossierBody
from queue_kit.catalogue.parts import Paragraph
from queue_kit.languages import tr

#: the picture of how a dossier goes on; each has its word beside it
MARK_ICONS: Final = {"going": "hourglass", "your_turn": "hand-finger", "stopped": "player-stop", "done": "circle-check"}


def spaced(code: str) -> str:
    """A code with room between its letters: read out, and compared with paper, letter by letter."""
    return " ".join(code)


def paragraphs(dossier: DossierBody, lang: str, *, served: bool, brief: bool = False) -> tuple[Paragraph, ...]:
    """What to do first; then the date and the place, where the 4 characters opened them; what to bring; as of when.

    ``served``: a number can be taken here for what the dossier needs; ``brief``: no heading that a picture says, too.
    """
    offer, details = dossier.offer, dossier.details
    sentence = say(offer.sentence, lang)
    late = details is not None and details.late
    head = tr(lang, "dossier.late" if late else f"dossier.mark.{dossier.mark}")
    found = [Paragraph(sentence)] if brief and not late else [Paragraph(head, "head"), Paragraph(sentence)]
    if offer.kind == "number" and not served:
        found.append(Paragraph(tr(lang, "dossier.ask_officer")))
    if details is not None:
        due, counters = say(details.due, lang), counters_words(details.counters, lang)
        if due and due not in sentence and dossier.mark != "done":
            found.append(Paragraph(tr(lang, "dossier.due", due=due)))
        if details.todo and details.todo not in sentence:
            found.append(Paragraph(tr(lang, "dossier.todo", todo=details.todo)))
        if counters and dossier.mark != "done":
            found.append(Paragraph(tr(lang, "dossier.counters", counters=counters)))
    if bring := say(offer.bring, lang):
        found.append(Paragraph(bring))
    if dossier.asof_ms is not None:
        date = local(dossier.asof_ms).strftime("%d/%m/%Y")
        found.append(Paragraph(tr(lang, "dossier.asof", time=clock_words(dossier.asof_ms), date=date), "note"))
    return tuple(found)
