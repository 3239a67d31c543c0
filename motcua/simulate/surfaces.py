"""The boards as they went over the bus, and the paper, held against what the people did and were told."""

from __future__ import annotations

from bisect import bisect_right

from motcua.simulate.line_book import Fault, Kind, LineBook
from motcua.simulate.notes import Act, BoardSeen, Notes


class Surfaces:
    """Judges boards and slips of a day. ``book``: the line's book, told of everything that was done."""

    def __init__(self, notes: Notes, done: list[Act], book: LineBook) -> None:
        self.notes = notes
        self.done = done
        self.book = book
        self.faults: list[Fault] = []

    def fault(self, kind: Kind, number: str, what: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(kind, number, what))

    def judge_boards(self) -> None:
        """Every board shows who is at a counter, there and nowhere else."""
        positions = [seq for seq, _ in self.book.history]
        for board in self.notes.boards:
            live = [c for c in board.calls if c.state != "gone"]
            self._judge_one_board(board)
            index = bisect_right(positions, board.seq) - 1
            true = self.book.history[index][1] if index >= 0 else {}
            for entry in live:
                if true.get(entry.counter, ("", ""))[0] != entry.ticket:
                    self.fault(
                        "stale_announcements", entry.number,
                        f"the board of position {board.seq} shows it at {entry.counter}, where it is not",
                    )  # fmt: skip
            shown = {(c.counter, c.ticket) for c in live}
            for counter, (ticket, state) in true.items():
                if (counter, ticket) not in shown:
                    number = self.book.holders[ticket].number
                    self.fault(
                        "lost", number, f"the board of position {board.seq} leaves it out, though {state} at {counter}"
                    )

    def _judge_one_board(self, board: BoardSeen) -> None:
        at: dict[str, str] = {}
        where: dict[str, str] = {}
        for entry in board.calls:
            if entry.state == "gone":
                continue
            if entry.counter in at:
                self.fault("double_calls", entry.number, f"the board shows {at[entry.counter]} too at {entry.counter}")
            if entry.number in where:
                self.fault(
                    "double_calls", entry.number, f"the board shows it at {where[entry.number]} and {entry.counter}"
                )
            at[entry.counter], where[entry.number] = entry.number, entry.counter
        signs: dict[str, str] = {}
        for counter, number in board.numbers.items():
            if number is None:
                continue
            if number in signs:
                self.fault("double_calls", number, f"the signs of {signs[number]} and {counter} both show it")
            signs[number] = counter

    def judge_paper(self) -> None:
        """Every slip is somebody's, and every slip that was reported as printed is there."""
        if not self.notes.slips:
            return
        by_code = {h.code: h for h in self.book.holders.values() if h.code}
        papers = {slip.code: slip for slip in self.notes.slips}
        for slip in self.notes.slips:
            holder = by_code.get(slip.code)
            if holder is None:
                self.fault(
                    "lost",
                    slip.read_number or "?",
                    f"the slip {slip.picture} says {slip.code!r}, which nobody was told",
                )
            elif slip.read_number and slip.read_number != holder.number:
                self.fault("duplicate_numbers", holder.number, f"its slip {slip.picture} says {slip.read_number}")
        for act in self.done:
            if act.verb == "slip" and not act.details.get("why") and act.ticket in self.book.holders:
                holder = self.book.holders[act.ticket]
                if holder.code and holder.code not in papers:
                    self.fault("lost", holder.number, "its slip was printed, and there is no such paper")
