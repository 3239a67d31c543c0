"""The first start of a card, on the device: check the card, write the tree, enrol, report, blank the secrets.

May be cut at any moment and runs again from the beginning; each step finds what is done. The report lies on the boot
volume, where a technician's computer reads it from the card.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from provisioning.apply import Change, Target, apply_tree
from provisioning.boot_volume import FolderVolume, Volume
from provisioning.card import (
    BUNDLE,
    CLOUD_FILES,
    ENROL,
    JOURNAL,
    MANIFEST,
    REPORT,
    ROOT_PEM,
    SYSTEMS_OWN,
    Manifest,
    blank,
    changed_files,
    check_seal,
    read_manifest,
)
from provisioning.enrolment import Outcome, enrol
from provisioning.errors import CardError
from provisioning.replacing import restore_journal
from provisioning.tree import read_bundle
from queue_core.errors import MotcuaError


@dataclass(frozen=True, slots=True)
class FirstBoot:
    """What was done."""

    device: str
    changes: list[Change]
    enrolled: Outcome
    journal: bool


class _Enrol(BaseModel):
    model_config = ConfigDict(extra="forbid")

    token: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
    url: Annotated[str, Field(pattern=r"^https://[a-z0-9.:\[\]-]{1,200}$")] | None = None


def first_boot(boot: Path, target: Target, *, folder: Path | None = None) -> FirstBoot | None:
    """Make this device what its card says; None when it was done already.

    ``folder``: a stick that carries the certificates. Raises CardError card.no_card, card.changed, card.bad_bundle;
    ProvisionError and JournalError of the steps. A failure is reported on the boot volume, with its key.
    """
    volume = FolderVolume(boot)
    if _state(volume) == "done":
        blank(volume, read_manifest(volume))
        return None
    device = "–"
    try:
        manifest = _checked(volume)
        device = manifest.device
        done = _steps(volume, manifest, target, folder)
    except MotcuaError as error:
        _report(volume, {"device": device, "state": "failed", "key": error.key, "vi": error.vi, "en": error.en})
        raise
    # "done" is on the card before the secrets go: a cut in between only goes on blanking.
    _report(volume, {"device": device, "state": "done", "changes": len(done.changes), "enrolled": done.enrolled})
    blank(volume, manifest)
    return done


def _checked(volume: Volume) -> Manifest:
    manifest = read_manifest(volume)
    root_pem = volume.read(ROOT_PEM)
    if manifest is None or root_pem is None:
        raise CardError("card.no_card", where="/boot/firmware", file=MANIFEST)
    # The root came with the card, so this finds what was changed by accident or without its key.
    check_seal(manifest, root_pem)
    # cloud-init has read its own files by now; the stock system has changed its own.
    if changed := changed_files(volume, manifest, but=(*SYSTEMS_OWN, *CLOUD_FILES)):
        raise CardError("card.changed", files=", ".join(changed[:8]))
    return manifest


def _steps(volume: Volume, manifest: Manifest, target: Target, folder: Path | None) -> FirstBoot:
    tree = read_bundle(volume.read(BUNDLE) or b"")
    if tree.device != manifest.device:
        raise CardError("card.bad_bundle", problem=f"{tree.device} in the card of {manifest.device}")
    try:
        enrolment = _Enrol.model_validate_json(volume.read(ENROL) or b"")
    except ValidationError as error:
        raise CardError("card.bad_bundle", problem=ENROL) from error
    changes = apply_tree(target, tree)
    journal = volume.read(JOURNAL)
    restored = journal is not None and restore_journal(target, journal)
    return FirstBoot(tree.device, changes, enrol(target, enrolment.token, folder=folder, url=enrolment.url), restored)


def _state(volume: Volume) -> str:
    try:
        return str(json.loads(volume.read(REPORT) or b"{}").get("state", ""))
    except (ValueError, AttributeError):
        return ""


def _report(volume: Volume, values: dict[str, object]) -> None:
    volume.write(REPORT, (json.dumps({"format": 1, **values}, ensure_ascii=False, indent=1) + "\n").encode())
