"""Sound as plain samples: mono, 16 bits, in numpy arrays; measuring, trimming, levelling, reading, writing."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

SAMPLE_BYTES: Final = 2
FULL_SCALE: Final = 32768.0
#: quieter than this is silence
SILENCE_DBFS: Final = -46.0
#: the loudness of every clip, and the highest peak that a loudspeaker's amplifier still takes cleanly
LOUDNESS_DBFS: Final = -18.0
PEAK_DBFS: Final = -1.0
_FADE_S: Final = 0.004
_WINDOW_S: Final = 0.01


def silence(seconds: float, rate_hz: int) -> Samples:
    """Give so much silence."""
    return np.zeros(round(seconds * rate_hz), dtype=np.int16)


def rms_dbfs(samples: Samples) -> float:
    """Loudness: root mean square against full scale, dB; minus infinity for silence."""
    power = float(np.mean(samples.astype(np.float64) ** 2)) if len(samples) else 0.0
    return float(10 * np.log10(power / FULL_SCALE**2)) if power > 0 else float("-inf")


def peak_dbfs(samples: Samples) -> float:
    """Highest sample against full scale, dB."""
    peak = float(np.max(np.abs(samples.astype(np.int32)))) if len(samples) else 0.0
    return float(20 * np.log10(peak / FULL_SCALE)) if peak > 0 else float("-inf")


def sounding(samples: Samples, rate_hz: int) -> slice:
    """Where the sound is: from the first to the last 10 ms louder than silence; empty when there is none."""
    window = max(1, round(_WINDOW_S * rate_hz))
    count = -(-len(samples) // window)
    padded = np.zeros(count * window)
    padded[: len(samples)] = samples
    power = np.mean(padded.reshape(count, window) ** 2, axis=1)
    loud = np.nonzero(power > (FULL_SCALE * 10 ** (SILENCE_DBFS / 20)) ** 2)[0]
    if not len(loud):
        return slice(0, 0)
    return slice(int(loud[0]) * window, min(len(samples), (int(loud[-1]) + 1) * window))


def trim(samples: Samples, rate_hz: int) -> Samples:
    """Cut the silence off both ends, with fades of 4 ms so that nothing clicks."""
    cut = samples[sounding(samples, rate_hz)].astype(np.float64)
    fade = min(round(_FADE_S * rate_hz), len(cut) // 2)
    if fade:
        ramp = np.linspace(0.0, 1.0, fade)
        cut[:fade] *= ramp
        cut[-fade:] *= ramp[::-1]
    return np.asarray(np.round(cut), dtype=np.int16)


def level(samples: Samples, loudness_dbfs: float = LOUDNESS_DBFS) -> Samples:
    """Bring to a loudness without clipping.

    Peaks that would pass :data:`PEAK_DBFS` are bent, not cut off; the gain is corrected until the loudness is right.
    """
    wanted = 10 ** (loudness_dbfs / 20)
    ceiling = 10 ** (PEAK_DBFS / 20)
    signal = samples.astype(np.float64) / FULL_SCALE
    gain = 1.0
    bent = signal
    for _ in range(12):
        bent = _bend(signal * gain, ceiling)
        rms = float(np.sqrt(np.mean(bent**2))) if len(bent) else 0.0
        if rms <= 0 or abs(rms / wanted - 1) < 0.002:  # 0.02 dB
            break
        gain *= wanted / rms
    return np.asarray(np.round(bent * (FULL_SCALE - 1)), dtype=np.int16)


def _bend(signal: NDArray[np.float64], ceiling: float) -> NDArray[np.float64]:
    """A soft knee from half the ceiling on; never above the ceiling."""
    knee = ceiling * 0.5
    size = np.abs(signal)
    over = knee + (ceiling - knee) * np.tanh((size - knee) / (ceiling - knee))
    return np.asarray(np.sign(signal) * np.where(size > knee, over, size))


def read_wav(path: Path) -> tuple[Samples, int]:
    """Read a mono 16-bit WAV: (samples, rate in Hz).

    Raises :class:`ValueError` with what is wrong, :class:`OSError` when it cannot be read.
    """
    try:
        with wave.open(str(path), "rb") as file:
            if file.getnchannels() != 1 or file.getsampwidth() != SAMPLE_BYTES:
                raise ValueError(f"{file.getnchannels()} channels of {8 * file.getsampwidth()} bits, not mono 16")
            return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.int16), file.getframerate()
    except (wave.Error, EOFError) as error:
        raise ValueError(f"not a WAV file ({error})") from error


def write_wav(path: Path, samples: Samples, rate_hz: int) -> None:
    """Write a mono 16-bit WAV."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(rate_hz)
        file.writeframes(samples.astype("<i2").tobytes())
