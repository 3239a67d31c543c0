"""What a package is built for: a Debian suite and an architecture, and the wheels that fit there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Suite:
    """A Debian release: its number, the minor version of its python3 and the glibc that wheels may ask for."""

    name: str
    number: int
    python: tuple[int, int]
    glibc: tuple[int, int]


SUITES: Final = {
    "bookworm": Suite("bookworm", 12, (3, 11), (2, 36)),
    "trixie": Suite("trixie", 13, (3, 13), (2, 41)),
}
#: Debian's name of the architecture, and the kernel's
MACHINES: Final = {"amd64": "x86_64", "arm64": "aarch64"}
#: names that manylinux had before it counted glibc's versions (PEP 600)
_OLD_NAMES: Final = ("manylinux2014", "manylinux2010", "manylinux1")


@dataclass(frozen=True, slots=True)
class Target:
    """One package: ``suite`` and Debian's ``architecture``."""

    suite: Suite
    architecture: str

    @property
    def machine(self) -> str:
        """``x86_64`` or ``aarch64``."""
        return MACHINES[self.architecture]

    @property
    def python(self) -> str:
        """``3.11`` or ``3.13``."""
        return "{}.{}".format(*self.suite.python)

    def platforms(self) -> list[str]:
        """Tags of wheels that run there, newest glibc first (PEP 600)."""
        newest = self.suite.glibc[1]
        tags = [f"manylinux_2_{minor}" for minor in range(newest, 4, -1)]
        return [f"{tag}_{self.machine}" for tag in [*tags, *_OLD_NAMES]]

    def markers(self) -> dict[str, str]:
        """The environment that a requirement's marker is judged in (PEP 508): the device's, not this computer's."""
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "os_name": "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "sys_platform": "linux",
            "extra": "",
        }


def targets(suites: list[str], architectures: list[str]) -> list[Target]:
    """Every pair. Raises :class:`SystemExit` with words for an unknown name."""
    for words, known in ((suites, list(SUITES)), (architectures, list(MACHINES))):
        for word in words:
            if word not in known:
                raise SystemExit(f"deb: unknown {word!r}; known: {', '.join(known)}")
    return [Target(SUITES[suite], architecture) for suite in suites for architecture in architectures]
