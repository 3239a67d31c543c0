"""What somebody says of how they were served, while it is being said. Nothing of it outlives the visit."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What is rated: exactly one of the slip's token, its number, a dossier's code."""

    token: str | None = field(default=None, repr=False)
    number: str | None = field(default=None, repr=False)
    dossier: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """``value`` None: nothing said yet. ``sent``: on its way, and no longer to be changed. ``said_s``: the last tap."""

    prefix: str = ""
    way: Way | None = None
    request_id: str = ""
    value: int | None = None
    scale: int = 3
    reasons: tuple[str, ...] = ()
    said_s: float = 0.0
    sent: bool = False

    @property
    def pending(self) -> bool:
        """Said, kept on disk, and not yet on its way."""
        return self.value is not None and not self.sent
