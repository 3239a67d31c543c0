"""The network's time, told by this computer (SNTP, RFC 4330): it says what the test wants it to be."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import Final

PORT: Final = 123
#: NTP counts from 1900
_TO_NTP_S: Final = 2_208_988_800
_SERVER_V4: Final = 0b00_100_100


@contextlib.contextmanager
def time_server(now_s: float) -> Iterator[None]:
    """Tells that it is ``now_s`` (seconds since 1970) and what has passed since. Port 123 asks for root's rights."""
    began = time.monotonic()

    def stamp() -> bytes:
        moment = now_s + time.monotonic() - began + _TO_NTP_S
        return struct.pack("!II", int(moment), int(moment % 1 * 2**32))

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", PORT))
        line.settimeout(0.5)
        stop = threading.Event()

        def answers() -> None:
            while not stop.is_set():
                try:
                    asked, who = line.recvfrom(512)
                except TimeoutError:
                    continue
                here = stamp()
                head = struct.pack("!BBbbII4s", _SERVER_V4, 1, asked[2], -20, 0, 0, b"TEST")
                line.sendto(head + here + asked[40:48] + here + stamp(), who)

        thread = threading.Thread(target=answers)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
