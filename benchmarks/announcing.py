"""A child process that appends to a journal and announces each batch after its commit, one line each on stdout.

The line is ``seq hash`` of the batch's last record: what a citizen would have been told. A failed append is said as
``failed key`` and the child goes on. Watched from outside by kill -9, by strace's faults and by the crash states.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

from queue_core.errors import JournalError
from queue_core.events import AnyEvent, DayOpened, SlipPrinted, TicketIssued
from queue_core.journal import Journal, Stamp

START_MS = 1_795_312_800_000  # 2026-11-22 09:00 in Viet Nam


def facts(number: int, count: int) -> list[AnyEvent]:
    """``count`` events about the ``number``-th ticket; the first opens the day."""
    if number == 0:
        return [DayOpened(at_ms=START_MS, day=1, date="2026-11-22", office={"name": "Phường Thử"}, revision=1)]
    ticket = f"t{number}"
    values = {"id": ticket, "number": f"A{number:03d}", "prefix": "A", "ordinal": number, "service": "ho-tich"}
    issued = TicketIssued(at_ms=START_MS + number, by="kiosk-1", ticket=values)
    slips = [SlipPrinted(at_ms=START_MS + number, ticket=ticket, copies=copy) for copy in range(1, count)]
    return [issued, *slips]


def main() -> None:
    """Append until the wanted number of tickets is reached, or until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("journal", type=Path)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--synchronous", choices=("FULL", "NORMAL", "OFF"), help="instead of what is shipped")
    parser.add_argument("--die-when-refused", action="store_true", help="the power goes right after a failed append")
    parser.add_argument("--checkpoint-pages", type=int, help="instead of SQLite's 1000")
    options = parser.parse_args()
    journal = Journal.open(options.journal)
    connection = journal._connection  # noqa: SLF001  (the harness may weaken what the shipped journal may not)
    assert connection is not None
    if options.synchronous:
        connection.execute(f"PRAGMA synchronous={options.synchronous}")
    if options.checkpoint_pages:
        connection.execute(f"PRAGMA wal_autocheckpoint={options.checkpoint_pages}")
    first = journal.seq
    for number in range(first, first + options.tickets):
        request_id = f"request-{number}"
        events = facts(number, 1 + number % 3)
        stamp = Stamp("boot-1", number, "ntp")
        try:
            seq = journal.append(events, stamp, day=1, answers=[(request_id, f'{{"ticket":"t{number}"}}')])
        except JournalError as error:
            print(f"failed {error.key}", flush=True)
            if options.die_when_refused:
                os.kill(os.getpid(), signal.SIGKILL)
            continue
        sys.stdout.write(f"{seq} {next(journal.records(seq - 1)).hash.hex()}\n")
        sys.stdout.flush()
    journal.close()


if __name__ == "__main__":
    main()
