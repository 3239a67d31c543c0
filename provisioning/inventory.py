"""One file for a province: its offices, networks and devices.

Written and read as an office's own configuration is (YAML 1.2); a mistake is named with its line, its key path in the
inventory's own names and its device. Secrets are not in it (:mod:`provisioning.secrets_file`).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from provisioning.contradictions import contradictions
from provisioning.errors import ProvisionError
from provisioning.inventory_model import CENTRAL, HUB_ROLES, Device, Hub, Inventory, Network, PlaceOffice
from provisioning.mistakes import mistake
from provisioning.named_files import check_catalogue, check_publisher, office_files
from queue_core.decisions.arranging import config_error
from queue_core.office import Office
from queue_core.office_file import load_marked, plain


@dataclass(frozen=True, slots=True)
class Place:
    """A device where it stands: with its office, and the inventory it is of."""

    province: Province
    office: PlaceOffice
    device: Device

    @property
    def name(self) -> str:
        """``office/device``."""
        return f"{self.office.id}/{self.device.id}"

    @property
    def host(self) -> str:
        """The machine's own name, at most 63 letters."""
        return f"{self.office.id}-{self.device.id}"[:63].rstrip("-")

    @property
    def hub_name(self) -> str:
        """The fixed name of the machine that serves here: the office's hub, or the province's central."""
        if self.is_central:
            return self.central_name
        return self.office.hub.name or f"hub.{self.office.id}.{self.province.inventory.domain}"

    @property
    def network(self) -> Network:
        """The network it joins; an office's own of that id comes before the province's."""
        return {n.id: n for n in (*self.province.inventory.networks, *self.office.networks)}[self.device.network]

    @property
    def has_hub(self) -> bool:
        """Whether the office's hub and broker run here."""
        return self.device.role in HUB_ROLES

    @property
    def is_central(self) -> bool:
        """Whether it is the province's machine, with central and a broker."""
        return self.device.role == CENTRAL

    @property
    def central_name(self) -> str:
        """Central's fixed name."""
        inventory = self.province.inventory
        named = inventory.central.name if inventory.central else None
        return named or f"{CENTRAL}.{inventory.domain}"

    @property
    def sends(self) -> bool:
        """Whether a hub runs here and has a central to send to."""
        return self.has_hub and self.province.inventory.central is not None


@dataclass(frozen=True)
class Province:
    """An inventory that was checked as a whole, with the files it names. ``folder``: where they lie."""

    inventory: Inventory
    folder: Path
    offices: Mapping[str, Office]

    def places(self) -> Iterator[Place]:
        """Every device, office by office; the province's own machine last, as ``central/…``."""
        for office in self.inventory.offices:
            for device in office.devices:
                yield Place(self, office, device)
        central = self.inventory.central
        if central is not None and central.device is not None:
            hub = Hub(address=central.address, name=central.name)
            devices = (central.device,)
            office = PlaceOffice(id=CENTRAL, configuration="", hub=hub, networks=central.networks, devices=devices)
            yield Place(self, office, central.device)

    def find(self, name: str) -> Place:
        """The device ``office/device``, or ``device`` where only one is called so.

        Raises ProvisionError: inventory.no_device, inventory.many_devices.
        """
        found = [place for place in self.places() if name in {place.name, place.device.id}]
        if len(found) == 1:
            return found[0]
        if found:
            raise ProvisionError("inventory.many_devices", device=name, near=", ".join(p.name for p in found[:5]))
        names = [place.name for place in self.places()]
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.4) or names[:3]
        raise ProvisionError("inventory.no_device", device=name[:80], near=", ".join(near))

    def text(self, file: str) -> bytes:
        """A file that the inventory names, already known to be readable."""
        return (self.folder / file).read_bytes()


def read_inventory(path: Path, *, each: Callable[[str], None] = lambda _office: None) -> Province:
    """Read and check an inventory and every office file it names; ``each`` hears each office's id.

    Raises ConfigError config.unreadable, ProvisionError inventory.invalid (with path, line, device),
    inventory.office_file, inventory.file_away.
    """
    loaded = load_marked(path)
    try:
        inventory = Inventory.model_validate(plain(loaded))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        location = [part for part in first["loc"] if isinstance(part, (str, int))]
        told = {k: v for k, v in config_error(error).details.items() if k not in {"path", "line"}}
        words = {k: str(v).replace("docs/configuration.md", "docs/provisioning.md") for k, v in told.items()}
        raise mistake(loaded, location, words) from error
    for at, vi, en in contradictions(inventory):
        words = {"problem": vi, "problem_en": en, "allowed": "xem docs/provisioning.md"}
        raise mistake(loaded, at, {**words, "allowed_en": "see docs/provisioning.md"})
    check_publisher(inventory, path.parent, loaded)
    check_catalogue(inventory, path.parent, loaded)
    return Province(inventory, path.parent, office_files(inventory, path.parent, loaded, each))
