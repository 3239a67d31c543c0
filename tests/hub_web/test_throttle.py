from __future__ import annotations

from queue_hub.web.throttle import Bucket, Throttle


def test_the_delay_grows_and_is_forgotten() -> None:
    now = [0.0]
    brake = Throttle(free=2, cap_s=10, forget_s=100, clock=lambda: now[0])
    waits = []
    for _ in range(7):
        brake.failed("a")
        waits.append(brake.wait_s("a"))
    assert waits == [0, 0, 2, 4, 8, 10, 10]
    assert brake.wait_s("b") == 0
    now[0] += 4
    assert brake.wait_s("a") == 6
    brake.passed("a")
    assert brake.wait_s("a") == 0
    brake.failed("c")
    now[0] += 101
    brake.failed("c")
    brake.failed("c")
    assert brake.wait_s("c") == 0, "the failure of long ago no longer counts"


def test_a_bucket_fills_again() -> None:
    now = [0.0]
    bucket = Bucket(per_s=2, burst=3, clock=lambda: now[0])
    assert [bucket.take("a") for _ in range(4)] == [True, True, True, False]
    assert bucket.take("b")
    now[0] += 0.5
    assert [bucket.take("a") for _ in range(2)] == [True, False]


def test_a_million_addresses_do_not_fill_the_memory() -> None:
    brake, bucket = Throttle(free=1, cap_s=1), Bucket(per_s=1, burst=1)
    for i in range(10_050):
        brake.failed(str(i))
        bucket.take(str(i))
    assert len(brake._failures) == len(bucket._levels) == 10_000
