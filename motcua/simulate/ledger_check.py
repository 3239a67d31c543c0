"""After the verdict: does the journal say the same as the people were told? Nothing of it enters the verdict before."""

from __future__ import annotations

from pathlib import Path

from motcua.simulate.line_book import Fault
from motcua.simulate.notes import Notes
from queue_core.journal import JournalReader


def check_journal(path: Path, notes: Notes) -> list[Fault]:
    """A broken chain, and numbers that were told and are not in it (or the other way: given, and told nobody)."""
    faults = []
    told = {a.number: a.ticket for a in notes.acts if a.ok and a.verb in {"issue", "check_in"}}
    with JournalReader(path) as journal:
        broken = journal.verify()
        if broken is not None:
            faults.append(Fault("lost", "?", f"the journal is broken at {broken}"))
        written: dict[str, str] = {}
        for record in journal.records(0, None):
            if record.body.get("type") == "ticket_issued":
                ticket = record.body["ticket"]
                if ticket["number"] in written:
                    faults.append(Fault("duplicate_numbers", ticket["number"], "stands in the journal twice"))
                written[ticket["number"]] = ticket["id"]
    faults += [
        Fault("lost", number or "?", "was told to a citizen and is not in the journal")
        for number, ticket in told.items()
        if written.get(number or "") != ticket
    ]
    return faults
