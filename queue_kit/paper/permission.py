"""Whether this process may use a device file, and which group it would have to be in."""

from __future__ import annotations

import os
from pathlib import Path

from queue_kit.paper.channel import ChannelForbidden


def require_access(path: str | Path) -> None:
    """Raises ChannelForbidden with the group that owns the device; a device that is not there is another matter."""
    device = Path(path)
    try:
        group = device.group()
    except KeyError:
        group = str(device.stat().st_gid)
    except OSError:
        return
    if not os.access(device, os.R_OK | os.W_OK):
        raise ChannelForbidden(group)
