"""The life of a clock as a bar: what counted, when the desk was closed, when the clock stood, and what lies ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sla.ledger import CLOSED, COUNTED, STOOD, Line

WIDE = 1000
THIN = 2
HIGH = 20
AHEAD = "ahead"
_HEIGHTS = {COUNTED: 16, STOOD: 8, CLOSED: 2, AHEAD: 10}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the bar from `x` on, in thousandths of its width. Its height tells its kind also without colour."""

    kind: str
    x: int
    width: int

    @property
    def height(self) -> int:
        return _HEIGHTS[self.kind]

    @property
    def y(self) -> int:
        return (HIGH - self.height) // 2


@dataclass(frozen=True, slots=True)
class Bar:
    """`due` and `now` are places on the bar; None where they are not on it, or stand at its very end."""

    pieces: tuple[Piece, ...]
    due: int | None
    now: int | None


def bar(lines: Sequence[Line], due_at: datetime | None) -> Bar | None:
    """From the first line to the last, or on to when it falls due; None where no time has passed and none will."""
    begins, read_at = lines[0].begins, lines[-1].ends
    going_on = lines[-1].open
    ends = max(read_at, due_at) if due_at and going_on else read_at
    whole = (ends - begins).total_seconds()
    if whole <= 0:
        return None

    def place(moment: datetime) -> int:
        return round(WIDE * (moment - begins).total_seconds() / whole)

    pieces: list[Piece] = []
    for line in lines:
        x, end = place(line.begins), place(line.ends)
        if pieces and pieces[-1].kind == line.kind:
            x = pieces.pop().x
        # What is too short to be seen is shown all the same, when it counted.
        pieces.append(Piece(line.kind, x, max(end - x, THIN if line.seconds else 0)))
    if ends > read_at:
        pieces.append(Piece(AHEAD, place(read_at), WIDE - place(read_at)))
    due = place(due_at) if due_at and begins <= due_at <= ends else None
    now = place(read_at) if going_on and ends > read_at else None
    return Bar(tuple(piece for piece in pieces if piece.width), due, now)
