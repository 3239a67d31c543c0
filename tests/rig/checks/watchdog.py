"""The hardware watchdog: it must be the last check, for the virtual machine does not live after it."""

from __future__ import annotations

from typing import Final

from tests.rig.checks import Check, Rig
from tests.rig.machine import MachineError, wait_until

#: seconds that the timer is set to inside; the chip counts two stages
_TIMEOUT_S: Final = 4
_FEED: Final = f"""
import fcntl, os, struct, time
dog = os.open("/dev/watchdog", os.O_WRONLY)
fcntl.ioctl(dog, 0xC0045706, bytearray(struct.pack("i", {_TIMEOUT_S})))  # WDIOC_SETTIMEOUT, linux/watchdog.h
for _ in range({3 * _TIMEOUT_S}):
    os.write(dog, b".")
    time.sleep(0.5)
print("fed", flush=True)
os._exit(0)  # without the magic close: the timer goes on
"""


def resets_a_hung_system(rig: Rig) -> None:
    """Fed, it is quiet for longer than its time; not fed any more, it resets the machine."""
    if rig.machine.python(_FEED, timeout_s=120).strip() != "fed":
        raise MachineError("the watchdog could not be fed")
    wait_until(lambda: any(event["event"] == "WATCHDOG" for event in rig.machine.heard()), "reset by the watchdog", 60)


CHECKS: Final = (Check("the hardware watchdog is quiet while it is fed and resets what hangs", resets_a_hung_system),)
