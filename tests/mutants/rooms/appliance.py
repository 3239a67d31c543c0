"""Faults of the appliance: signs of life, boxes, boot files, the deny list."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

LIFE: Final = "tests/units/test_signs_of_life.py"
BROKER: Final = "tests/firmware_config/test_broker.py"
UNITS: Final = "tests/units/test_units.py"
RENDER: Final = "tests/firmware_config/test_render.py"

FAULTS: Final = (
    Fault(
        "nobody tells systemd that the hub lives", "queue_hub/engine.py",
        "                self._turned()\n", "",
        (f"{LIFE}::TestTheHub::test_lives_while_nobody_asks",),
    ),
    Fault(
        "a list that ends before its authority is used", "firmware_config/deny_list.py",
        "until < authority.not_valid_after_utc", "until < authority.not_valid_before_utc",
        (f"{BROKER}::test_no_list_shuts_the_office",),
    ),
    Fault(
        "a bad list takes the last good one away", "firmware_config/deny_list.py",
        "            trouble = error\n        else:", "            return None, error\n        else:",
        (f"{BROKER}::test_a_bad_list_does_not_take_the_last_good_one_away",),
    ),
    Fault(
        "USB storage is let in", "firmware_config/udev.py",
        "        storage=storage,\n", "        storage=None,\n",
        (f"{RENDER}::test_nothing_of_usb_is_let_in_but_what_is_enrolled",),
    ),
    Fault(
        "the stock card's own words stay on the kernel's line", "firmware_config/boot_files.py",
        '[word for word in stock.split() if word.partition("=")[0] in _CARRIED and _known(word)]',
        "stock.split()",
        (f"{RENDER}::test_of_a_cards_own_line_only_where_its_root_is_stays",),
    ),
    Fault(
        "the installing unit may load modules", "systemd/motcua-install.service",
        "CAP_SETPCAP CAP_KILL", "CAP_SETPCAP CAP_SYS_MODULE CAP_KILL",
        (f"{UNITS}::test_every_service_is_in_its_box",),
    ),
    Fault(
        "the card's unit takes the modules from an initramfs", "provisioning/card_files/motcua-card.service",
        "ProtectKernelLogs=yes\n", "ProtectKernelLogs=yes\nProtectKernelModules=yes\n",
        (f"{UNITS}::test_no_box_takes_from_debians_scripts_what_they_work_with",),
    ),
    Fault(
        "an interrupted trial waits for the next window", "motcua/update/run.py",
        '    if not StateFile(folder / "state.json").on_trial():\n', "    if True:\n",
        ("tests/update/test_update.py::test_an_interrupted_trial_is_handed_over_at_any_hour_and_without_a_stick",),
    ),
    Fault(
        "a place for a stick is taken for a stick", "motcua/update/device.py",
        '    return all((folder / "dists").is_dir() for folder in folders)\n',
        "    return all(folder.is_dir() for folder in folders)\n",
        ("tests/update/test_device.py::test_a_stick_that_nobody_put_in_is_no_fault",),
    ),
)  # fmt: skip
