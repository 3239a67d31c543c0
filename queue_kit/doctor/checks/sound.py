"""The loudspeaker: is there a card, and a sentence to be heard in the room."""

from __future__ import annotations

import re
from typing import Final

from queue_kit.doctor.check import Check, Outcome, absent, failed, ok
from queue_kit.doctor.setting import Setting

SENTENCE: Final = "Xin chào. Đây là câu nói thử của máy."
#: "0 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones" (ALSA's /proc/asound/cards)
_CARD: Final = re.compile(r"^\s*\d+ \[\S+\s*\]: .* - (.+)$")


def checks(setting: Setting) -> list[Check]:
    """Sound devices, and a sentence."""
    return [
        Check(name="sound", code=34, vi="Âm thanh", en="Sound", run=lambda _doing: _cards(setting)),
        Check(
            name="say", code=53, vi="Nói thử", en="Say something", acts=True, deadline_s=20.0,
            run=lambda _doing: _say(setting),
        ),
    ]  # fmt: skip


def _cards(setting: Setting) -> Outcome:
    if setting.sound_device is None:
        return absent()
    if setting.sound_device.startswith("plug:file") or ":" in setting.sound_device:
        return ok("doctor.sound", count=1, names=setting.sound_device)  # named in ALSA's own files, perhaps no card
    try:
        lines = (setting.root / "proc/asound/cards").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [found[1].strip() for line in lines if (found := _CARD.match(line))]
    return ok("doctor.sound", count=len(names), names=", ".join(names)) if names else failed("doctor.no_sound")


def _say(setting: Setting) -> Outcome:
    if setting.sound_device is None:
        return absent()
    from queue_kit.voice.players.alsa import AlsaPlayer
    from queue_kit.voice.speech import Speech

    clip = Speech(setting.data / "speech").clip("vi", SENTENCE)
    AlsaPlayer(device=setting.sound_device or None).play_pcm(clip)
    return ok("doctor.said", words=SENTENCE)
