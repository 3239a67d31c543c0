"""What a process holds and gives back. Each in a process of its own: heaps and code pages belong to the whole of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

_AT_WORK = """
import hashlib, sqlite3, ssl, threading
from queue_kit import memory

def code_bytes():
    return sum(resident for _, _, resident in memory._pages_of_code())

def work():
    for _ in range(200):
        hashlib.sha256(b"A001").hexdigest()
        assert sqlite3.connect(":memory:").execute("select 1 + 1").fetchone() == (2,)

ssl.create_default_context()
work()
at_work = threading.Thread(target=work)
at_work.start()
before = code_bytes()
given = memory.give_back_code()
after = code_bytes()
at_work.join()
work()
ssl.create_default_context()
print(before, given, after)
"""

_RINGS = """
import gc
from queue_kit import memory

class Widget:
    def __init__(self):
        self.ring = self

gc.disable()
kept = [Widget() for _ in range(50_000)]
memory.settle()
assert gc.get_freeze_count() >= 50_000
for _ in range(1_000):
    Widget()
print(memory.tidy(), gc.get_count()[0])
"""


def numbers(program: str) -> list[int]:
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60)
    return [int(word) for word in done.stdout.split()]


@pytest.mark.skipif(sys.platform != "linux", reason="code pages are known through /proc")
def test_code_that_only_the_start_needed_is_given_back_and_what_is_wanted_again_comes() -> None:
    before, given, after = numbers(_AT_WORK)
    # Nearly all is clean; another thread works meanwhile and fetches its own pages again, a good many around each.
    assert given > 0.9 * before > 500_000
    assert after < 0.8 * before


def test_a_thrown_away_screen_is_collected_and_what_is_settled_is_passed_over() -> None:
    found, left = numbers(_RINGS)
    assert found >= 1_000
    assert left < 1_000


def test_the_small_database_of_printers_is_named_only_while_it_is_read() -> None:
    program = (
        "import os; from queue_kit.paper.transports import escpos_printers; escpos_printers();"
        "import escpos.capabilities as c;"
        "print(len(c.CAPABILITIES['profiles']), 'ESCPOS_CAPABILITIES_FILE' in os.environ)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["1", "False"]
