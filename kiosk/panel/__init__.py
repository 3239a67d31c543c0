"""What hangs on the kiosk's pins: presence, buttons, status light, buzzer, door switch, fan. None of it is needed.

``gpiozero`` is imported only where a panel is configured, and on the panel's own thread. What a button means is decided
in :mod:`kiosk.panel.buttons`, what the light says in :mod:`kiosk.panel.light`; both are pure.
"""

from kiosk.panel.buttons import Button, PanelPressed, touches
from kiosk.panel.light import Lamp, Status, status_of

__all__ = ["Button", "Lamp", "PanelPressed", "Status", "status_of", "touches"]
