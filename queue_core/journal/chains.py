"""Which of the readable records belong together: the chain of one journal, its gaps, and where the open day ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from queue_core.journal.record import Row, is_whole


@dataclass(slots=True)
class Readable:
    """The records that could be read of one or more copies of a chain, by seq; each is whole by its own hash."""

    by_seq: dict[int, list[Row]] = field(default_factory=dict)

    def add(self, rows: Iterable[Row]) -> int:
        """Take the whole ones of some rows; gives how many were not."""
        broken = 0
        for row in rows:
            if not is_whole(row):
                broken += 1
                continue
            known = self.by_seq.setdefault(row[0], [])
            if all(row[9] != other[9] for other in known):
                known.append(row)
        return broken

    def knows_of(self, other: Readable) -> bool:
        """Whether another copy is of the same chain: a record in common, or one that follows from the other's last."""
        for seq, rows in other.by_seq.items():
            hashes = {row[9] for row in rows}
            if any(row[9] in hashes for row in self.by_seq.get(seq, ())):
                return True
            if any(row[8] in hashes for row in self.by_seq.get(seq + 1, ())):
                return True
            if any(row[9] in {mine[8] for mine in rows} for row in self.by_seq.get(seq - 1, ())):
                return True
        return False

    def join(self, other: Readable) -> None:
        """Take in another copy of the same chain."""
        for rows in other.by_seq.values():
            self.add(rows)

    def runs(self) -> list[list[Row]]:
        """Verified stretches in order: within one, each record holds the hash of the one before.

        Of two records with one seq (a batch that failed and was written over, found on a page no longer in use),
        the one that its neighbours know is taken.
        """
        runs: list[list[Row]] = []
        for seq in sorted(self.by_seq):
            last = runs[-1][-1] if runs else None
            following = {row[8] for row in self.by_seq.get(seq + 1, ())}
            best = max(
                self.by_seq[seq],
                key=lambda row: (last is not None and last[0] == seq - 1 and row[8] == last[9], row[9] in following),
            )
            if last is not None and last[0] == seq - 1 and best[8] == last[9]:
                runs[-1].append(best)
            else:
                runs.append([best])
        return runs


@dataclass(frozen=True, slots=True)
class Kept:
    """What a new journal takes over, and what not.

    ``runs`` are (first old seq, last old seq) of what is kept; ``gaps`` the same of what nobody could read;
    ``set_aside`` counts whole records that cannot be continued from: those of the open day behind its first gap.
    """

    rows: list[Row]
    runs: list[tuple[int, int]]
    gaps: list[tuple[int, int]]
    set_aside: int
    open_day_whole: bool


def choose(readable: Readable, *, last_seq_known: int) -> Kept:
    """All that is whole of closed days (history: a gap there harms no queue), and the open day up to its first gap.

    The state is the fold of the open day: a record behind a gap could speak of a ticket that nobody knows.
    """
    runs = readable.runs()
    start = max((row[0] for run in runs for row in run if row[2] == "day_opened"), default=1)
    kept: list[list[Row]] = []
    set_aside = 0
    for run in runs:
        # Behind the start of the open day only the run that holds it goes on.
        if run[0][0] > start:
            set_aside += len(run)
        else:
            kept.append(run)
    gaps: list[tuple[int, int]] = []
    expected = 1
    for run in runs:
        if run[0][0] > expected:
            gaps.append((expected, run[0][0] - 1))
        expected = run[-1][0] + 1
    if last_seq_known >= expected:
        gaps.append((expected, last_seq_known))
    return Kept(
        rows=[row for run in kept for row in run],
        runs=[(run[0][0], run[-1][0]) for run in kept],
        gaps=gaps,
        set_aside=set_aside,
        open_day_whole=not set_aside and all(first < start for first, _ in gaps),
    )
