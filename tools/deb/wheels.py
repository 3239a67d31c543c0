"""Which locked packages a device needs, and their wheels for its Python and its processor.

pip judges markers by the interpreter that runs it, also when it downloads for another one; so the markers are judged
here, and pip is only asked for exact versions with their hashes.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.parser import Parser
from importlib import metadata
from pathlib import Path
from zipfile import ZipFile

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.deb.targets import Target


class WheelsError(Exception):
    """A package that the lock or the registry does not have for a target."""


@dataclass(frozen=True, slots=True)
class Locked:
    """One line of the lock: a pinned requirement and its hashes (``sha256:…``)."""

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its normalised name."""
        return canonicalize_name(self.requirement.name)

    def line(self) -> str:
        """As pip reads it, without the marker."""
        return " ".join([f"{self.name}{self.requirement.specifier}", *(f"--hash={one}" for one in self.hashes)])


def read_lock(text: str) -> list[Locked]:
    """The lock's packages, in its order."""
    packages = []
    for block in re.split(r"\n(?=\S)", text.replace("\\\n", " ").strip()):
        words, *hashes = re.split(r"\s+--hash=", block.strip())
        if words and not words.startswith("#"):
            packages.append(Locked(Requirement(words), tuple(one.strip() for one in hashes)))
    return packages


def needed(lock: Iterable[Locked], roots: Iterable[str], target: Target) -> list[Locked]:
    """The locked packages that ``roots`` (PEP 508) need on ``target``, by name; tests' tools are not among them.

    What needs what is read from the packages installed here, which are of the same lock.
    Raises :class:`WheelsError` for one that is not locked.
    """
    environment = target.markers()
    here = {
        one.name: one for one in lock if one.requirement.marker is None or one.requirement.marker.evaluate(environment)
    }
    found: dict[str, Locked] = {}
    waiting = [Requirement(root) for root in roots]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name not in here:
            raise WheelsError(f"{name} is not locked for {target.machine}, Python {target.python}; run: make lock")
        found[name] = here[name]
        for extra in ("", *requirement.extras):
            if (name, extra) not in seen:
                seen.add((name, extra))
                waiting += _wanted(metadata.requires(name) or [], environment | {"extra": extra})
    return [found[name] for name in sorted(found)]


def _wanted(requires: Iterable[str], environment: dict[str, str]) -> Iterator[Requirement]:
    for text in requires:
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate(environment):
            yield requirement


def pip_words(target: Target) -> list[str]:
    """What makes pip choose wheels for another Python and processor than its own."""
    abis = ("cp{}{}".format(*target.suite.python), "abi3", "none")
    words = ["--only-binary", ":all:", "--implementation", "cp", "--python-version", target.python]
    words += [word for abi in abis for word in ("--abi", abi)]
    return words + [word for tag in target.platforms() for word in ("--platform", tag)]


def download(packages: Iterable[Locked], target: Target, folder: Path) -> list[Path]:
    """Wheels of these packages in ``folder`` (kept between builds), hashes checked by pip.

    Raises :class:`WheelsError` that names the first package without a wheel for the target.
    """
    folder.mkdir(parents=True, exist_ok=True)
    wanted = folder / "requirements.txt"
    packages = list(packages)
    wanted.write_text("".join(f"{one.line()}\n" for one in packages), encoding="utf-8")
    words = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    words += ["--require-hashes", "--find-links", str(folder), "--dest", str(folder), "--requirement", str(wanted)]
    words += pip_words(target)
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise WheelsError(f"{target.suite.name} {target.architecture}: {done.stderr.strip()}")
    kept = {one.name: one for one in packages}
    chosen = []
    for wheel in sorted(folder.glob("*.whl")):
        name, version = wheel.name.split("-")[:2]
        if (locked := kept.get(canonicalize_name(name))) is not None and locked.requirement.specifier.contains(
            version, prereleases=True
        ):
            chosen.append(wheel)
            del kept[locked.name]
    if kept:
        raise WheelsError(f"{target.suite.name} {target.architecture}: no wheel of {', '.join(kept)}")
    return chosen


def unmet(wheels: Iterable[Path], target: Target) -> list[str]:
    """What these wheels ask for themselves on the target and do not find among each other; empty: whole."""
    versions: dict[str, str] = {}
    asked: list[tuple[str, Requirement]] = []
    for wheel in wheels:
        with ZipFile(wheel) as archive:
            inside = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
            said = Parser().parsestr(archive.read(inside).decode("utf-8"))
        versions[canonicalize_name(said["Name"])] = said["Version"]
        asked += [(said["Name"], one) for one in _wanted(said.get_all("Requires-Dist") or [], target.markers())]
    return [
        f"{who} asks for {what}"
        for who, what in asked
        if not what.specifier.contains(versions.get(canonicalize_name(what.name), "0a0"), prereleases=True)
        or canonicalize_name(what.name) not in versions
    ]
