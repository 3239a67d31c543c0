"""The lobby's calls as the kiosk hears of them on the bus, so that its own voice is still while they are spoken.

The lobby's voice speaks to everybody: it does not wait for one kiosk. So the kiosk waits for it, and nobody who is
being read to misses the own number.
"""

from __future__ import annotations

from typing import Final

from queue_core.wire.errors import WireError
from queue_core.wire.messages import Call
from queue_core.wire.payload import read
from queue_kit.voice.phrases import CLIP_PAUSE_S, GROUP_PAUSE_S, SAYING_PAUSE_S, Saying, call_saying

#: before the words: the chime, and the way of the message to the loudspeaker
_BEFORE_S: Final = 1.8
#: each call is said twice; once only where more than three wait, and then ours is still a little too long
_TIMES: Final = 2
#: the voice's usual speed; the fastest that is allowed is 3.5
_SYLLABLES_PER_S: Final = 3.2
#: for a number that nobody knows how to say
_USUAL_S: Final = 12.0


def call_s(payload: bytes) -> float:
    """About how long a call is heard in the lobby, seconds; 0 for what is no call."""
    try:
        call = read(Call, payload)
    except WireError:
        return 0.0
    try:
        sayings = [call_saying(call.number, call.counter_number)] * _TIMES
        if call.lang != "vi":
            sayings.append(call_saying(call.number, call.counter_number, call.lang))
    except ValueError:
        return _USUAL_S
    return _BEFORE_S + sum(_length_s(saying) + SAYING_PAUSE_S for saying in sayings)


def _length_s(saying: Saying) -> float:
    pauses_s = (len(saying.groups) - 1) * GROUP_PAUSE_S + (len(saying.clips) - len(saying.groups)) * CLIP_PAUSE_S
    return saying.syllables / _SYLLABLES_PER_S + pauses_s
