"""What stands on a device: files, folders and links with their modes and owners, as plain data.

The same tree is written into a folder (:mod:`provisioning.apply`), compared with a device (:mod:`provisioning.verify`)
and carried on a card as a bundle: JSON, read strictly, nothing of it is executed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, ValidationError

from provisioning.errors import CardError
from queue_core.office import Model

MAX_BUNDLE_BYTES: Final = 8 * 1024 * 1024
#: where a device's files may stand, whatever a bundle says
UNDER: Final = (
    "boot/firmware", "etc/NetworkManager", "etc/apt/keyrings/motcua.asc", "etc/apt/sources.list.d/motcua.sources",
    "etc/hostname", "etc/hosts", "etc/localtime", "etc/modprobe.d", "etc/modules-load.d", "etc/motcua",
    "etc/nftables.conf", "etc/sysctl.d", "etc/systemd", "etc/udev/rules.d",
)  # fmt: skip


@lru_cache(maxsize=4096)
def _below(value: str) -> str:
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts or str(path) != value or not value.isprintable():
        message = "must be a plain path from the root, without a first slash"
        raise ValueError(message)
    if not any(value == folder or value.startswith(f"{folder}/") for folder in UNDER):
        message = f"must lie under one of {', '.join(UNDER)}"
        raise ValueError(message)
    return value


def _base64(value: str) -> str:
    base64.b64decode(value, validate=True)
    return value


Name = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_-]{0,31}$")]


class Entry(Model):
    """One file, folder or link. ``path`` from the root, without a first slash.

    ``content``: a file's bytes in base64. ``cmdline``: a kernel command line, joined with the card's own words (its
    root partition) where it is written. ``by-suite``: ``@SUITE@`` in it becomes the Debian release of the system that
    it is written into. ``secret``: its contents are never shown.
    """

    path: Annotated[str, AfterValidator(_below), Field(max_length=300)]
    kind: Literal["file", "folder", "link", "cmdline", "by-suite"] = "file"
    content: Annotated[str, AfterValidator(_base64)] = ""
    target: str = ""
    mode: int = Field(default=0o644, ge=0, le=0o7777)
    user: Name = "root"
    group: Name = "root"
    secret: bool = False

    @property
    def data(self) -> bytes:
        """The file's bytes."""
        return base64.b64decode(self.content)


def file(path: str, content: str | bytes, *, mode: int = 0o644, group: str = "root", secret: bool = False) -> Entry:
    """A file of root's."""
    data = content.encode() if isinstance(content, str) else content
    return Entry(path=path, content=base64.b64encode(data).decode(), mode=mode, group=group, secret=secret)


class Tree(Model):
    """Everything that Motcua puts on one device. ``device``: ``office/device``; entries in the order of their paths.

    ``identities``: process instance → the unit's user, who alone reads its key.
    """

    format: Literal[1] = 1
    device: str
    entries: tuple[Entry, ...]
    identities: dict[Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$")], Name] = Field(default={})

    def files(self) -> Mapping[str, Entry]:
        """Path → entry."""
        return {entry.path: entry for entry in self.entries}

    def digest(self) -> str:
        """SHA-256 of the whole, the same for the same tree."""
        return hashlib.sha256(self.bundle()).hexdigest()

    def bundle(self) -> bytes:
        """The tree as the card carries it."""
        values = self.model_dump(mode="json", exclude_defaults=True)
        return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def make_tree(device: str, entries: Iterable[Entry], identities: Mapping[str, str]) -> Tree:
    """A tree in the order of its paths; a later entry of the same path takes the earlier one's place."""
    by_path = {entry.path: entry for entry in entries}
    ordered = tuple(by_path[path] for path in sorted(by_path))
    return Tree(device=device, entries=ordered, identities=dict(sorted(identities.items())))


def read_bundle(data: bytes) -> Tree:
    """The tree of a bundle. Raises CardError card.bad_bundle for anything that is not exactly one."""
    if len(data) > MAX_BUNDLE_BYTES:
        raise CardError("card.bad_bundle", problem=f"over {MAX_BUNDLE_BYTES} bytes")
    try:
        return Tree.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CardError("card.bad_bundle", problem=f"{where or '/'}: {first['msg']}") from None


def hidden(entry: Entry) -> str:
    """An entry's path, with a word where its contents are secret."""
    return f"{entry.path} (secret)" if entry.secret else entry.path


#: what the card knows alone, and what its stock system does at its first start
_CARDS_OWN: Final = frozenset({
    "root", "rootfstype", "rootflags", "rootwait", "fsck.repair", "init", "resize", "ro", "rw", "ds", "boot",
    "overlayroot",
})  # fmt: skip


def cmdline(rendered: bytes, present: bytes) -> bytes:
    """One line for the kernel: the rendered words in their places, with the present line's own ones instead or behind.

    Joined with its own result it stays the same.
    """
    kept: dict[str, str] = {}
    for word in present.decode("utf-8", errors="replace").split():
        if (name := word.partition("=")[0]) in _CARDS_OWN:
            kept[name] = word
    words = [kept.pop(word.partition("=")[0], word) for word in rendered.decode("utf-8", errors="replace").split()]
    return (" ".join([*words, *kept.values()]) + "\n").encode()


_CODENAME: Final = re.compile(rb"^VERSION_CODENAME=\"?([a-z]{2,20})\"?$", re.MULTILINE)


def by_suite(content: bytes, os_release: bytes) -> bytes:
    """``@SUITE@`` replaced by the codename that os-release(5) has; left as it is where there is none."""
    found = _CODENAME.search(os_release)
    return content if found is None else content.replace(b"@SUITE@", found[1])
