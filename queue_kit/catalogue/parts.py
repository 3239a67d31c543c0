"""A procedure in parts that people can read: what each part is called, in short, and every word of it.

Nothing of the record is left out: what a tile doesn't say stands in its part, and what fits nowhere else stands in
the last one. Texts of the record are Vietnamese, as published; the words around them are in the reader's language.
The kiosk's screens, its voice and the page on a phone are made of the same parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from queue_kit.catalogue.procedure import PUBLIC_FIELDS, Case, Channel, Paper, Procedure
from queue_kit.languages import nearest, tr

#: a brief longer than this says only how much there is
_BRIEF_LETTERS: Final = 96
_FORMS_OF: Final = "procedures.paper.form"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A piece of text. ``box``: a paper, with a box to tick; ``qr``: an address, drawn as a code as well."""

    text: str
    kind: Literal["text", "head", "box", "note", "qr"] = "text"


@dataclass(frozen=True, slots=True)
class Section:
    """A part: its tile says ``title`` and ``brief``, its own screen the paragraphs."""

    key: str
    icon: str
    title: str
    brief: str
    paragraphs: tuple[Paragraph, ...]


def sections(procedure: Procedure, lang: str, day: date | None) -> list[Section]:
    """The parts that have something to say, the most asked for first. ``day``: whose fees are shown."""
    made = [
        _papers(procedure, lang),
        _channels(procedure, lang, day),
        _online(procedure, lang),
        _plain(lang, "steps", "route", procedure.steps, count="procedures.steps.count"),
        _where(procedure, lang),
        _results(procedure, lang),
        _plain(lang, "conditions", "shield-check", procedure.conditions.split("\n")),
        _plain(lang, "legal", "scale", procedure.legal_basis, count="procedures.legal.count"),
        _more(procedure, lang),
        _missing(procedure, lang),
    ]
    return [section for section in made if section is not None]


def _section(lang: str, key: str, icon: str, brief: str, paragraphs: list[Paragraph]) -> Section | None:
    if not paragraphs:
        return None
    return Section(key, icon, tr(lang, f"procedures.{key}.title"), brief, tuple(paragraphs))


def _plain(lang: str, key: str, icon: str, texts: object, *, count: str = "") -> Section | None:
    said = [Paragraph(text) for text in _texts(texts)]
    short = " ".join(p.text for p in said)
    # A law's number is one long word, and says nothing to most: how many there are is enough on a tile.
    brief = (
        short if len(short) <= _BRIEF_LETTERS and key != "legal" else tr(lang, count, count=len(said)) if count else ""
    )
    return _section(lang, key, icon, brief, said)


def _texts(texts: object) -> Iterator[str]:
    for text in texts if isinstance(texts, (list, tuple)) else ():
        for line in str(text).split("\n"):
            if line.strip():
                yield line.strip()


# ------------------------------------------------------------------ papers
def _papers(procedure: Procedure, lang: str) -> Section | None:
    said = [p for case in procedure.cases for p in case_paragraphs(case, lang)]
    papers, forms = len(procedure.papers), sum(1 for paper in procedure.papers if paper.form)
    parts = [tr(lang, "procedures.papers.count", count=papers)]
    if len(procedure.cases) > 1:
        parts.append(tr(lang, "procedures.papers.cases", count=len(procedure.cases)))
    if forms:
        parts.append(tr(lang, "procedures.papers.forms", count=forms))
    return _section(lang, "papers", "files", " · ".join(parts), said)


def case_paragraphs(case: Case, lang: str) -> Iterator[Paragraph]:
    """A case's name, its papers with a box each, its notes."""
    if case.name:
        yield Paragraph(case.name, "head")
    for paper in case.papers:
        yield Paragraph(paper_words(paper, lang), "box")
    for note in case.notes:
        form = f"\n{tr(lang, _FORMS_OF, form=note.form)}" if note.form else ""
        yield Paragraph(note.text + form, "note")


def paper_words(paper: Paper, lang: str) -> str:
    """A paper's name, how many originals and copies, its form."""
    counts = [
        tr(lang, f"procedures.paper.{kind}", count=count)
        for kind, count in (("originals", paper.originals), ("copies", paper.copies))
        if count
    ]
    lines = [paper.name]
    if counts:
        lines.append(" · ".join(counts))
    if paper.form:
        lines.append(tr(lang, _FORMS_OF, form=paper.form))
    return "\n".join(lines)


# ------------------------------------------------------------------ times and fees
def _channels(procedure: Procedure, lang: str, day: date | None) -> Section | None:
    channels = procedure.channels if day is None else procedure.channels_on(day)
    others = [channel for channel in procedure.channels if channel not in channels]
    said = [p for channel in channels for p in _channel(channel, lang)]
    if said and day is not None:
        said.append(Paragraph(tr(lang, "procedures.channels.day", day=f"{day:%d/%m/%Y}"), "note"))
    for channel in others:
        said += [Paragraph(tr(lang, "procedures.channels.other", dates=_dates(channel, lang)), "note")]
        said += list(_channel(channel, lang))
    short = " · ".join(dict.fromkeys(filter(None, (_in_short(channel) for channel in channels))))
    if not short or len(short) > _BRIEF_LETTERS:
        short = tr(lang, "procedures.channels.count", count=len(channels))
    return _section(lang, "channels", "coins", short, said)


def _channel(channel: Channel, lang: str) -> Iterator[Paragraph]:
    yield Paragraph(channel.method or tr(lang, "procedures.channels.method"), "head")
    if channel.time:
        unclear = f" ({tr(lang, 'procedures.channels.no_unit')})" if channel.time_unclear else ""
        yield Paragraph(tr(lang, "procedures.channels.time", time=channel.time) + unclear)
    if channel.fee:
        yield Paragraph(tr(lang, "procedures.channels.fee", fee=channel.fee))
    if channel.notes:
        for line in _texts([channel.notes]):
            yield Paragraph(line)


def _in_short(channel: Channel) -> str:
    time = "" if channel.time_unclear else channel.time
    return ": ".join(filter(None, (channel.method, ", ".join(filter(None, (time, channel.fee)))))) if time else ""


def _dates(channel: Channel, lang: str) -> str:
    start = f"{channel.valid_from:%d/%m/%Y}" if channel.valid_from else "…"
    end = f"{channel.valid_to:%d/%m/%Y}" if channel.valid_to else "…"
    return tr(lang, "procedures.channels.dates", start=start, end=end)


# ------------------------------------------------------------------ the rest
def _online(procedure: Procedure, lang: str) -> Section | None:
    if not procedure.url:
        return None
    said = [Paragraph(tr(lang, "procedures.online.how")), Paragraph(procedure.url, "qr")]
    return _section(lang, "online", "qrcode", tr(lang, "procedures.online.brief"), said)


def _where(procedure: Procedure, lang: str) -> Section | None:
    named = (
        ("agency", procedure.agency),
        ("authority", procedure.authority),
        ("address", procedure.address),
        ("partners", procedure.partners),
    )
    said: list[Paragraph] = []
    for key, text in named:
        if text:
            said.append(Paragraph(tr(lang, f"procedures.where.{key}"), "head"))
            said += [Paragraph(line) for line in _texts([text])]
    brief = procedure.agency if len(procedure.agency) <= _BRIEF_LETTERS else ""
    return _section(lang, "where", "map-pin", brief, said)


def _results(procedure: Procedure, lang: str) -> Section | None:
    said: list[Paragraph] = []
    for result in procedure.results:
        said += [Paragraph(line) for line in _texts([result.name])]
        if result.code:
            said.append(Paragraph(tr(lang, "procedures.results.code", code=result.code), "note"))
    names = " · ".join(result.name for result in procedure.results if result.name)
    if len(names) > _BRIEF_LETTERS:
        names = tr(lang, "procedures.results.count", count=len(procedure.results))
    return _section(lang, "results", "certificate", names, said)


def _more(procedure: Procedure, lang: str) -> Section | None:
    named: list[tuple[str, str]] = [
        (tr(lang, "procedures.more.name"), procedure.name),
        (tr(lang, "procedures.more.code"), procedure.code),
        (tr(lang, "procedures.more.field"), procedure.field),
        (tr(lang, "procedures.more.subjects"), " · ".join(procedure.subjects)),
        (tr(lang, "procedures.more.decision"), procedure.decision),
        (tr(lang, "procedures.more.level"), procedure.level),
        (tr(lang, "procedures.more.kind"), procedure.kind),
        *procedure.extra.items(),
        (tr(lang, "procedures.more.source"), procedure.source),
    ]
    said: list[Paragraph] = []
    for label, text in named:
        if text:
            said.append(Paragraph(label, "head"))
            said += [Paragraph(line) for line in _texts([text])]
    return _section(lang, "more", "info-circle", tr(lang, "procedures.more.brief", code=procedure.code), said)


def _missing(procedure: Procedure, lang: str) -> Section | None:
    if not procedure.missing:
        return None
    names = [nearest(dict(zip(("vi", "en"), PUBLIC_FIELDS[key], strict=True)), lang) for key in procedure.missing]
    said = [Paragraph(tr(lang, "procedures.missing.why")), *(Paragraph(f"• {name}") for name in names)]
    return _section(lang, "missing", "alert-triangle", tr(lang, "procedures.missing.brief", count=len(names)), said)
