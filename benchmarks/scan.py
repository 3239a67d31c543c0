"""`motcua bench scan`: how many codes the kiosk's camera reads, beside each engine alone, and what a frame costs.

The pictures are drawn anew from a seed (:mod:`benchmarks.scan_pictures`); the engines run at their libraries' defaults;
everything is measured in one process of one thread by the processor's time. A live picture is played by the same frame
some times over, moved and with fresh noise, as a hand would hold it.
"""

from __future__ import annotations

import math
import os
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Final

import numpy as np
import typer
import zxingcpp
from numpy.typing import NDArray
from pyzbar import pyzbar

from benchmarks.scan_pictures import CLASSES, UNDEGRADED, Picture, pictures
from kiosk.scanning import FrameScanner, decode_frame
from motcua.figures import Bound, Figures

Grey = NDArray[np.uint8]

SEED: Final = 2026
FRAMES: Final = 5
ENGINES: Final = ("pyzbar", "zxing")
BOUNDS: Final[dict[str, Bound]] = {
    "images": (">=", 600),
    "empty_images": (">=", 100),
    "least_class_images": (">=", 30),
    "hardest_class_best_engine_percent": (">=", 30),
    "easiest_class_best_engine_percent": ("<=", 95),
    "rate_over_best_engine": (">=", 1),
    "class_images_behind_best_engine": ("<=", 1),
    "wrong_codes": ("=", 0),
    "feed_over_zxing_default": ("<=", 2),
    "empty_feed_over_zxing_default": ("<=", 2),
}


@dataclass(slots=True)
class Tally:
    """What one way of reading found, class by class, and its processor time of each picture in ms."""

    found: Counter[str] = field(default_factory=Counter)
    wrong: int = 0
    cost_ms: list[float] = field(default_factory=list)

    def read(self, picture: Picture, way: Callable[[Grey], list[str]]) -> None:
        """Let it read one picture."""
        began = time.thread_time()
        texts = set(way(picture.grey))
        self.cost_ms.append(1000 * (time.thread_time() - began))
        self.found[picture.kind] += picture.text is not None and picture.text in texts
        self.wrong += len(texts - {picture.text})


@dataclass(slots=True)
class Live:
    """The live picture: frames' times with and without a code, what was accepted."""

    accepted: int = 0
    wrong: int = 0
    cost_ms: defaultdict[bool, list[float]] = field(default_factory=lambda: defaultdict(list))

    def play(self, picture: Picture, chance: np.random.Generator) -> None:
        """A new visitor before the camera."""
        scanner, texts = FrameScanner(), set[str]()
        for grey in held(picture.grey, chance):
            began = time.thread_time()
            one = scanner.feed(grey)
            self.cost_ms[picture.text is not None].append(1000 * (time.thread_time() - began))
            if one is not None:
                texts.add(one.text)
        self.accepted += picture.text in texts
        self.wrong += len(texts - {picture.text})


def run(
    *,
    seed: Annotated[
        int, typer.Option(help="Of the pictures; other seeds are other pictures of the same kinds.")
    ] = SEED,
    json: Annotated[bool, typer.Option("--json", help="End with one line of JSON.")] = False,
) -> None:
    """Read every picture by the pipeline, by pyzbar and by zxing-cpp; then play each to the live scanner."""
    tallies = {name: Tally() for name in ("pipeline", *ENGINES)}
    live, counts, codes = Live(), Counter[str](), Counter[str]()
    chance = np.random.default_rng(seed)
    for picture in pictures(seed):
        if picture.kind not in counts:
            print(f"{picture.kind} …", file=sys.stderr, flush=True)
        counts[picture.kind] += 1
        codes[picture.kind] += picture.text is not None
        tallies["pipeline"].read(picture, _pipeline)
        tallies["zxing"].read(picture, _zxing)
        with quiet():
            tallies["pyzbar"].read(picture, _pyzbar)
        live.play(picture, chance)
    _say_classes(tallies, counts)
    figures = Figures("bench scan", BOUNDS)
    judge(figures, tallies, live, codes, counts)
    figures.also("seed", seed)
    figures.finish(json=json)


def held(grey: Grey, chance: np.random.Generator) -> Iterator[Grey]:
    """The same picture as a live one: it moves by a pixel or two, and each frame has its own noise."""
    for _ in range(FRAMES):
        moved = np.roll(grey, tuple(chance.integers(-2, 3, 2)), (0, 1)).astype(np.int16)
        yield (moved + chance.integers(-2, 3, grey.shape, np.int16)).clip(0, 255).astype(np.uint8)


def judge(figures: Figures, tallies: dict[str, Tally], live: Live, codes: Counter[str], counts: Counter[str]) -> None:
    """Put the figures together. ``codes``: pictures with a code of each class; ``counts``: all pictures."""
    kinds = [kind for kind in counts if codes[kind]]
    degraded = [kind for kind in kinds if kind not in UNDEGRADED]
    best = {kind: max(tallies[name].found[kind] for name in ENGINES) for kind in kinds}
    best_share = [100 * best[kind] / counts[kind] for kind in degraded]
    totals = {name: tally.found.total() for name, tally in tallies.items()}
    figures.add("images", counts.total())
    figures.add("empty_images", sum(counts[kind] - codes[kind] for kind in counts))
    figures.add("least_class_images", min(counts.values()))
    figures.add("hardest_class_best_engine_percent", min(best_share), "the better engine of that class")
    figures.add("easiest_class_best_engine_percent", max(best_share), "degraded classes only")
    for name, tally in tallies.items():
        figures.add(f"{name}_rate_percent", 100 * totals[name] / codes.total())
        figures.add(f"{name}_cpu_ms", statistics.fmean(tally.cost_ms), "mean of all pictures")
    figures.add("rate_over_best_engine", totals["pipeline"] / max(totals[name] for name in ENGINES))
    behind = {kind: best[kind] - tallies["pipeline"].found[kind] for kind in kinds}
    figures.add("class_images_behind_best_engine", max(0, *behind.values()), "in the worst class")
    figures.add("wrong_codes", tallies["pipeline"].wrong + live.wrong, "stills and the live picture")
    for name in ENGINES:
        figures.add(f"{name}_wrong_codes", tallies[name].wrong)
    figures.add("feed_rate_percent", 100 * live.accepted / codes.total(), f"within {FRAMES} frames")
    with_code = [kind for kind in counts for _ in range(counts[kind])]
    for there, prefix in ((True, ""), (False, "empty_")):
        default = [
            cost for cost, kind in zip(tallies["zxing"].cost_ms, with_code, strict=True) if (codes[kind] > 0) is there
        ]
        feed = live.cost_ms[there]
        if not default or not feed:
            figures.add(f"{prefix}feed_over_zxing_default", math.nan)
            continue
        figures.add(f"{prefix}feed_over_zxing_default", statistics.median(feed) / statistics.median(default))
        figures.also(f"{prefix}feed_cpu_ms", statistics.median(feed))
        figures.also(f"{prefix}feed_p95_cpu_ms", sorted(feed)[math.ceil(len(feed) * 0.95) - 1])
        figures.also(f"{prefix}zxing_default_cpu_ms", statistics.median(default))


def _say_classes(tallies: dict[str, Tally], counts: Counter[str]) -> None:
    print(f"{'class':<12}{'images':>8}" + "".join(f"{name:>10}" for name in tallies))
    for kind in CLASSES:
        print(f"{kind:<12}{counts[kind]:>8}" + "".join(f"{tally.found[kind]:>10}" for tally in tallies.values()))


def _pipeline(grey: Grey) -> list[str]:
    return [one.text for one in decode_frame(grey)]


def _zxing(grey: Grey) -> list[str]:
    return [one.text for one in zxingcpp.read_barcodes(grey)]


def _pyzbar(grey: Grey) -> list[str]:
    return [bytes(one.data).decode("utf-8", "replace") for one in pyzbar.decode(grey)]


@contextmanager
def quiet() -> Iterator[None]:
    """Nothing of zbar's assertions about symbologies that are not here: they would fill the terminal."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
