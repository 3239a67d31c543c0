"""The files that an inventory names: offices' configurations, wirings, a publisher's key, a certificate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from provisioning.errors import ProvisionError
from provisioning.inventory_model import Inventory, PlaceOffice
from provisioning.mistakes import in_names, mistake
from queue_core.errors import ConfigError
from queue_core.office import Device as OfficeDevice
from queue_core.office import Office
from queue_core.office_file import line_at, read_office

_PUBLIC: Final = b"-----BEGIN PGP PUBLIC KEY BLOCK-----"


def office_files(inventory: Inventory, folder: Path, loaded: Any, each: Callable[[str], None]) -> dict[str, Office]:
    """Every office's configuration, under its own name. Raises ProvisionError inventory.office_file, .file_away."""
    offices: dict[str, Office] = {}
    read: dict[str, Office] = {}
    for i, office in enumerate(inventory.offices):
        file = office.configuration
        try:
            if file not in read:
                read[file] = read_office(folder / file)
        except ConfigError as error:
            details = {"office": office.id, "file": file, "problem": error.vi, "problem_en": error.en}
            raise ProvisionError("inventory.office_file", **details) from error
        offices[office.id] = _own(read[file], inventory, office)
        for j, device in enumerate(office.devices):
            for key in ("signs", "panel"):
                _readable(getattr(device, key), folder, loaded, ["offices", i, "devices", j, key])
        each(office.id)
    return offices


def _own(shared: Office, inventory: Inventory, office: PlaceOffice) -> Office:
    """An office's configuration under its own name, with every device of the inventory as a client of its broker."""
    kinds = {"solo": "kiosk", "kiosk": "kiosk", "board": "board", "signs": "signs"}
    known = {device.id for device in shared.devices}
    more = [
        OfficeDevice.model_validate({"id": device.id, "kind": kinds[device.role]})
        for device in office.devices
        if device.role in kinds and device.id not in known
    ]
    devices = (*shared.devices, *more)
    return shared.model_copy(update={"province": inventory.province, "id": office.id, "devices": devices})


def check_publisher(inventory: Inventory, folder: Path, loaded: Any) -> None:
    """The publisher's key is public, and as apt takes it (sources.list(5), Signed-By)."""
    if inventory.updates is None:
        return
    at: list[str | int] = ["updates", "key"]
    _readable(inventory.updates.key, folder, loaded, at)
    if not (folder / inventory.updates.key).read_bytes().lstrip().startswith(_PUBLIC):
        words = {
            "problem": f"{inventory.updates.key} không phải khoá công khai",
            "problem_en": f"{inventory.updates.key} is no public key",
            "allowed": "tệp bắt đầu bằng BEGIN PGP PUBLIC KEY BLOCK (motcua.asc của kho)",
            "allowed_en": "a file that begins with BEGIN PGP PUBLIC KEY BLOCK (the repository's motcua.asc)",
        }
        raise mistake(loaded, at, words)


def check_catalogue(inventory: Inventory, folder: Path, loaded: Any) -> None:
    """The authority of the list's server is a certificate, no key."""
    ca = inventory.catalogue.ca if inventory.catalogue else None
    at: list[str | int] = ["catalogue", "ca"]
    _readable(ca, folder, loaded, at)
    if ca is not None and not _is_certificate((folder / ca).read_bytes()):
        words = {
            "problem": f"{ca} không phải chứng thư",
            "problem_en": f"{ca} is no certificate",
            "allowed": "một tệp PEM chỉ chứa chứng thư (BEGIN CERTIFICATE)",
            "allowed_en": "a PEM file of certificates alone (BEGIN CERTIFICATE)",
        }
        raise mistake(loaded, at, words)


def _is_certificate(data: bytes) -> bool:
    return b"PRIVATE KEY" not in data and b"-----BEGIN CERTIFICATE-----" in data


def _readable(file: str | None, folder: Path, loaded: Any, location: list[str | int]) -> None:
    if file is None:
        return
    try:
        (folder / file).read_bytes()
    except OSError as error:
        path = f"{in_names(loaded, location)[0]} ({line_at(loaded, location)})"
        raise ProvisionError("inventory.file_away", path=path, file=file, problem=error.strerror) from error
