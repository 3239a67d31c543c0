"""The real machine: apt, dpkg and systemd, each call with a deadline.

All that a judgement needs is loaded before the package changes: a broken version replaces these very files.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NoReturn

from motcua.update.errors import UpdateError

PACKAGE: Final = "motcua"
INSTALLER: Final = "motcua-install.service"
SOURCES: Final = Path("/etc/apt/sources.list.d/motcua.sources")
JOURNAL: Final = Path("/var/lib/motcua/hub")
ROOT: Final = Path("/")
#: what the journal, and everything else, may need meanwhile
_LEFT_FREE: Final = 64_000_000
#: the parts of the device that run for ever: stopped before, judged after
PART: Final = re.compile(r"motcua-(broker|hub|kiosk|display|signs|central)(@[^.]+)?\.service")
_INFO: Final = Path("/var/lib/dpkg/info")
_SCRIPTS: Final = ("preinst", "postinst", "prerm", "postrm", "conffiles", "md5sums")
#: as long as apt waits for somebody else's work with packages
_LOCK_S: Final = 300
#: settings stay as they are, and nobody is there to be asked
_DPKG: Final = ("--force-confold", "--force-confdef")
_APT: Final = (
    "apt-get", "-q", "-y", "-o", f"DPkg::Lock::Timeout={_LOCK_S}", *(f"-oDPkg::Options::={word}" for word in _DPKG),
)  # fmt: skip
_ONLY_OURS: Final = (
    "-o", f"Dir::Etc::SourceList={SOURCES}", "-o", "Dir::Etc::SourceParts=-", "-o", "APT::Get::List-Cleanup=0",
    "-o", "APT::Update::Error-Mode=any",
)  # fmt: skip
#: how long a part may take until it is up: systemd's own limits are below this
_UP_S: Final = 300


class DebianDevice:
    """A Debian with the package installed; needs root."""

    def installed(self) -> str:
        """The version that dpkg knows, in whatever state."""
        return _said("dpkg-query", "--show", "--showformat=${Version}", PACKAGE)

    def repository(self) -> bool:
        """Whether there is one to read: a file that names it, and the stick that it names."""
        return SOURCES.exists() and _there(SOURCES.read_text(encoding="utf-8"))

    def hand_over(self) -> NoReturn:
        """Become the program that has the installing unit do it, and waits.

        Not its parent: a process that still ran the replaced version's files would keep a read-only root from closing.
        """
        os.execvp("systemctl", ["systemctl", "start", INSTALLER])  # noqa: S606 -- Debian's own

    def refresh(self) -> str | None:
        """The candidate of apt, when it is newer; none while the stick is not there.

        A read-only root is writable from here on. Raises ``update.refresh``, ``update.read_only``.
        """
        if not self.repository():
            return None
        _open_root()
        done = _run(*_APT, *_ONLY_OURS, "update", timeout_s=600)
        if done.returncode:
            raise UpdateError("update.refresh", detail=_last(done))
        candidate = re.search(r"Candidate: (\S+)", _said("apt-cache", "policy", PACKAGE))
        if candidate is None or candidate[1] == "(none)":
            return None
        newer = _run("dpkg", "--compare-versions", candidate[1], "gt", self.installed()).returncode == 0
        return candidate[1] if newer else None

    def parts(self) -> list[str]:
        """The office's parts that run now."""
        listed = _said("systemctl", "list-units", "--plain", "--no-legend", "--state=active", "motcua-*.service")
        return sorted(name for line in listed.splitlines() if PART.fullmatch(name := line.split()[0]))

    def records(self) -> int | None:
        """By the installed version's own command, as the journal's owner. Raises ``update.journal``."""
        if not (JOURNAL / "hub.db").exists():
            return None
        owner = (JOURNAL / "hub.db").stat()
        done = _run(
            "setpriv", f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups", "--",
            "/opt/motcua/bin/motcua", "journal", "verify", "--json", str(JOURNAL), timeout_s=600,
        )  # fmt: skip
        with contextlib.suppress(ValueError, KeyError, IndexError):
            said = json.loads(done.stdout.splitlines()[-1])
            if said["ok"]:
                return int(said["records"])
        raise UpdateError("update.journal", detail=_last(done))

    def check_room(self, version: str, folder: Path) -> None:
        """For the newer package, the way back and what it is packed from; on the root for the new files.

        Raises ``update.no_room``.
        """
        installed = int(_said("dpkg-query", "--show", "--showformat=${Installed-Size}", PACKAGE) or 0) * 1024
        offered = _said("apt-cache", "show", "--no-all-versions", f"{PACKAGE}={version}")
        sizes = {
            name: int(value) for name, value in re.findall(r"^(Size|Installed-Size): (\d+)$", offered, re.MULTILINE)
        }
        needed = {folder: 2 * installed + sizes.get("Size", 0), ROOT: sizes.get("Installed-Size", 0) * 1024}
        free = {place: shutil.disk_usage(place).free for place in needed}
        if folder.stat().st_dev == ROOT.stat().st_dev:
            needed[folder] += needed.pop(ROOT)
        for place, wanted in needed.items():
            if free[place] < wanted + _LEFT_FREE:
                raise UpdateError(
                    "update.no_room", folder=place, needed_mb=(wanted + _LEFT_FREE) // 1_000_000,
                    free_mb=free[place] // 1_000_000,
                )  # fmt: skip

    def keep(self, file: Path) -> None:
        """Pack what lies on the disk, as dpkg-repack does, for no repository keeps every version for ever.

        A file that is not as the package brought it makes no good way back. Raises ``update.no_way_back``.
        """
        if changed := [line for line in _said("dpkg", "--verify", PACKAGE).splitlines() if " c " not in line]:
            raise UpdateError("update.no_way_back", detail=changed[0])
        try:
            with TemporaryDirectory(prefix="keep-", dir=file.parent) as folder:
                tree = Path(folder)
                for name in _said("dpkg-query", "--listfiles", PACKAGE).splitlines():
                    _copy(Path(name), tree / name.lstrip("/"))
                _control(tree / "DEBIAN")
                part = file.with_suffix(".part")
                # Lightly packed: it is for a night, and a card's time is worth more than its room.
                done = _run("dpkg-deb", "--build", "--root-owner-group", "-Zzstd", "-z1", folder, str(part),
                            timeout_s=1800)  # fmt: skip
                if done.returncode:
                    raise UpdateError("update.no_way_back", detail=_last(done))
            with part.open("rb") as packed:
                os.fsync(packed.fileno())
            part.replace(file)
        except OSError as error:
            raise UpdateError("update.no_way_back", detail=str(error)) from error

    def fetch(self, version: str, file: Path) -> None:
        """The signature and the sum are checked by apt. Raises ``update.download``."""
        with TemporaryDirectory(prefix="fetch-", dir=file.parent) as folder:
            # apt's own account fetches, and may not look into a folder of root's
            Path(folder).chmod(0o755)
            words = ("apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", f"{PACKAGE}={version}")
            done = _run(*words, timeout_s=3600, cwd=folder)
            found = list(Path(folder).glob("*.deb"))
            if done.returncode or len(found) != 1:
                raise UpdateError("update.download", version=version, detail=_last(done))
            found[0].replace(file)

    def install(self, file: Path) -> None:
        """Raises ``update.install``."""
        done = _run(*_APT, "install", "--no-install-recommends", str(file), timeout_s=3600)
        if done.returncode:
            raise UpdateError("update.install", detail=_last(done))

    def put_back(self, file: Path) -> None:
        """By dpkg alone: the older version asks for nothing that is not here.

        Raises ``update.install``, ``update.read_only``.
        """
        _open_root()
        words = ("dpkg", *_DPKG, "--force-downgrade", "--install", str(file))
        until_s = time.monotonic() + _LOCK_S
        while (
            (done := _run(*words, timeout_s=1800)).returncode and "lock" in done.stderr and time.monotonic() < until_s
        ):
            time.sleep(5)  # Debian's own nightly updates hold it
        if done.returncode:
            # The newer version's own scripts may be what is broken: go on without them.
            for script in ("prerm", "postrm"):
                (_INFO / f"{PACKAGE}.{script}").unlink(missing_ok=True)
            done = _run(*words, timeout_s=1800)
        if done.returncode:
            raise UpdateError("update.install", detail=_last(done))

    def holds(self, parts: Sequence[str], settle_s: int) -> str | None:
        """All come up; then none of them ends, restarts or waits for anything during ``settle_s`` seconds."""
        done = _run("/opt/motcua/bin/motcua", "--version")
        if done.returncode:
            return f"motcua --version: {_last(done)}"
        for part in parts:
            _run("systemctl", "start", "--no-block", part)
        until_s = time.monotonic() + _UP_S
        begun = {part: _restarts(part) for part in parts}
        while waiting := [part for part in parts if _state(part).active != "active"]:
            if time.monotonic() > until_s or any(_restarts(part) > begun[part] + 2 for part in waiting):
                return f"{waiting[0]} does not come up"
            time.sleep(1)
        before = {part: _state(part) for part in parts}
        until_s = time.monotonic() + settle_s
        while time.monotonic() < until_s:
            time.sleep(min(1, max(0.0, until_s - time.monotonic())))
            for part in parts:
                if _state(part) != before[part]:
                    return f"{part} did not stay up"
        return None


@dataclass(frozen=True, slots=True)
class _State:
    """A unit as systemd sees it; any difference within a watch is an end of its process."""

    active: str
    process: str
    restarts: str


def _state(unit: str) -> _State:
    properties = ("ActiveState", "MainPID", "NRestarts")
    lines = _said("systemctl", "show", *(f"--property={name}" for name in properties), unit).splitlines()
    said = dict(line.partition("=")[::2] for line in lines)
    return _State(*(said.get(name, "") for name in properties))


def _restarts(unit: str) -> int:
    return int(_state(unit).restarts or 0)


def _open_root() -> None:
    """A root that is mounted read-only is opened, where the unit has not done so (a technician's call).

    The unit closes it when this process has ended; while it uses files that the update replaced, the kernel does not.
    """
    if not os.statvfs("/").f_flag & os.ST_RDONLY:
        return
    done = _run("mount", "-o", "remount,rw", "/")
    if done.returncode:
        raise UpdateError("update.read_only", detail=_last(done))


def _there(sources: str) -> bool:
    """Whether repositories of folders are in their folders: a stick that nobody has put in is no fault.

    The folder alone says nothing: on a read-only root it is there always, for a stick to be mounted on.
    """
    folders = [Path(word.removeprefix("file:")) for word in sources.split() if word.startswith("file:")]
    return all((folder / "dists").is_dir() for folder in folders)


def _copy(source: Path, target: Path) -> None:
    if source.is_symlink() or not source.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target, follow_symlinks=False)
    else:
        target.mkdir(parents=True, exist_ok=True)
        shutil.copystat(source, target)


def _control(folder: Path) -> None:
    """The package's description and scripts, as dpkg keeps them."""
    folder.mkdir(mode=0o755)
    fields: list[str] = []
    left_out = False
    for line in _said("dpkg-query", "--status", PACKAGE).splitlines():
        if not line.startswith(" "):
            left_out = line.partition(":")[0] in {"Status", "Conffiles", "Config-Version"}
        if not left_out:
            fields.append(line)
    (folder / "control").write_text("\n".join(fields) + "\n", encoding="utf-8")
    for script in _SCRIPTS:
        if (kept := _INFO / f"{PACKAGE}.{script}").exists():
            shutil.copy2(kept, folder / script)


def _run(*words: str, timeout_s: float = 60, cwd: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive",
                   "HOME": "/root"}  # fmt: skip
    try:
        return subprocess.run(
            words, capture_output=True, text=True, errors="replace", check=False, timeout=timeout_s, env=environment,
            stdin=subprocess.DEVNULL, cwd=cwd,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(words, 124, "", f"no end within {timeout_s:.0f} s")


def _said(*words: str) -> str:
    return _run(*words).stdout.strip()


def _last(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    return next((line for line in lines if line.startswith(("E:", "dpkg: error"))), lines[-1] if lines else "no word")
