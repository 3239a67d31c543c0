"""Root file systems: a fresh Debian (kept), the package in a copy of it, a layer over that for each device."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

FOLDER: Final = Path(os.environ.get("MOTCUA_ROOTFS", "/var/tmp/motcua-rootfs"))
#: what a device has before anything of ours comes; iproute2 for a person who looks inside
_STOCK: Final = "systemd-sysv,dbus,udev,python3,ca-certificates,iproute2"


class RootsError(Exception):
    """A root file system that could not be made or used."""


def fresh(suite: str, mirror: str | None) -> Path:
    """A Debian that has nothing of ours. Made once, then kept; ``mirror``: an address or a sources file."""
    base = FOLDER / f"{suite}-stock"
    if not (base / "etc" / "debian_version").exists():
        shutil.rmtree(base, ignore_errors=True)
        FOLDER.mkdir(parents=True, exist_ok=True)
        part = base.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        words = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={_STOCK}", suite, str(part)]
        subprocess.run([*words, *([mirror] if mirror else [])], check=True)
        part.rename(base)
    return base


def copy(base: Path, to: Path, copies: Sequence[str]) -> Path:
    """A copy of a root; ``copies``: ``FILE[:DESTINATION]`` that this network asks for."""
    subprocess.run(["cp", "-a", str(base), str(to)], check=True)
    for pair in copies:
        source, _, place = pair.partition(":")
        target = to / (place or source).lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    return to


def inside(
    root: Path, command: str, *, network: bool = False, wire: str | None = None, binds: Sequence[str] = (),
    timeout_s: float = 900,
) -> str:  # fmt: skip
    """Run a shell's command in a root that is not booted; gives what it said, both ways.

    ``network``: this computer's; ``wire``: an end of the office's wire instead; ``binds``: ``FOLDER:PLACE``.

    Raises :class:`RootsError` when it fails, or takes longer.
    """
    # What a power cut leaves is shown in make vm; here 7,000 files need not be flushed one by one.
    reach = ["--resolv-conf=copy-host"] if network else ["--private-network"]
    if wire is not None:
        reach = ["--resolv-conf=off", f"--network-namespace-path=/run/netns/motcua-{wire}"]
    words = [
        "systemd-nspawn", "--quiet", "--suppress-sync=yes", "--register=no", "--keep-unit", "--console=pipe",
        f"--directory={root}",
        "--setenv=DEBIAN_FRONTEND=noninteractive", "--setenv=LANG=C.UTF-8", "--timezone=off",
        *reach, *(f"--bind={pair}" for pair in binds),
        "/bin/bash", "-c", f"{{ {command}\n}} 2>&1",
    ]  # fmt: skip
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, timeout=timeout_s, stdin=subprocess.DEVNULL,
        env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
    )  # fmt: skip
    if done.returncode:
        raise RootsError(f"{command}\nended with {done.returncode}:\n{done.stdout[-4000:]}{done.stderr[-1000:]}")
    return done.stdout


@contextlib.contextmanager
def layered(lower: Path, place: Path) -> Iterator[Path]:
    """A root of one's own over another that stays as it is. ``place``: a folder for the layer, on a disk."""
    upper, work, root = (place / name for name in ("upper", "work", "root"))
    for folder in (upper, work, root):
        folder.mkdir(parents=True)
    options = f"lowerdir={lower},upperdir={upper},workdir={work}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, str(root)], check=True)
    try:
        yield root
    finally:
        subprocess.run(["umount", str(root)], check=True)
