"""Rows of 8×8 LED blocks behind MAX7219 chips on the SPI bus (Maxim 19-4452), through luma.led_matrix.

The chip never answers: whether the blocks are there is unknown, only whether the bus is. It also forgets everything in
a power cut, so its registers are set again with every picture.
"""

from __future__ import annotations

from typing import Any, Final

from queue_display.signs.errors import UnitError
from queue_display.signs.picture import picture
from queue_display.signs.shows import Show
from queue_display.signs.wiring import Matrix

_LEVELS: Final = 255
_BUS_HZ: Final = 1_000_000


class Max7219Sign:
    """One chain of blocks. ``interface``: luma's serial interface, or one like it; None opens the SPI device."""

    def __init__(self, wired: Matrix, *, interface: Any = None) -> None:
        self._wired = wired
        self._given = interface
        self._interface = interface
        self._device: Any = None

    def draw(self, show: Show, phase: int) -> None:
        """Show it. Raises :class:`UnitError`: ``driver``, ``away``, ``narrow``."""
        wired = self._wired
        narrow = None
        try:
            image = picture(show, wired.width, wired.height, phase)
        except UnitError as error:
            narrow, image = error, picture(Show(lost=show.lost), wired.width, wired.height)
        try:
            device = self._device or self._open()
            self._wake(device)
            device.contrast(round(_LEVELS * show.percent / 100))
            device.display(image)
        except UnitError:
            raise
        except OSError as error:
            self.close()
            raise UnitError("away", f"SPI {wired.spi}.{wired.chip}: {error}") from error
        if narrow is not None:
            raise narrow

    def close(self) -> None:
        """Close the bus; the blocks keep their light."""
        device, self._device = self._device, None
        interface, self._interface = self._interface, self._given
        if device is not None and interface is not None and hasattr(interface, "cleanup"):
            interface.cleanup()

    def _open(self) -> Any:
        wired = self._wired
        try:
            from luma.core.error import DeviceNotFoundError
            from luma.core.interface.serial import noop, spi
            from luma.led_matrix.device import max7219

            if self._interface is None:
                import spidev  # noqa: F401 -- luma would say that the bus is missing, whichever of the two is

                self._interface = spi(port=wired.spi, device=wired.chip, gpio=noop(), bus_speed_hz=_BUS_HZ)
        except ImportError as error:
            raise UnitError("driver", f"python3-spidev: {error}") from error
        except DeviceNotFoundError as error:
            raise UnitError("away", f"SPI {wired.spi}.{wired.chip}: {error}") from error
        device = max7219(
            self._interface,
            width=wired.width,
            height=wired.height,
            block_orientation=wired.turned,
            blocks_arranged_in_reverse_order=wired.reversed,
        )
        device.persist = True  # luma would otherwise darken it when this process ends
        self._device = device
        return device

    def _wake(self, device: Any) -> None:
        from luma.led_matrix.const import max7219 as command

        for name, value in ((command.SCANLIMIT, 7), (command.DECODEMODE, 0), (command.DISPLAYTEST, 0)):
            device.data([name, value] * device.cascaded)
        device.show()
