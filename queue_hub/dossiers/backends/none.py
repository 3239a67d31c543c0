"""No registry: the office looks nothing up here, and says so."""

from __future__ import annotations

from queue_core.dossiers import Dossier
from queue_hub.dossiers.errors import RegistryError


class NoRegistry:
    """Answers every code with dossier.not_offered."""

    def find(self, code: str, *, deadline_s: float) -> Dossier | None:  # noqa: ARG002 -- the Protocol's
        """Raise RegistryError dossier.not_offered."""
        raise RegistryError("dossier.not_offered")
