"""The list."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

ANY_DAY = "tests/core/test_any_day.py"
MORNING = f"{ANY_DAY}::test_a_day_as_it_may_go"

FAULTS: Final[tuple[Fault, ...]] = (
    Fault(
        "the ratio is off by one", "queue_core/routing.py",
        "take_urgent = has_urgent & (~has_ordinary | (streak < limit))",
        "take_urgent = has_urgent & (~has_ordinary | (streak <= limit))",
        (MORNING,),
    ),
    Fault(
        "priority never ages", "queue_core/routing.py",
        "    aged = waited_min >= ageing_min\n", "    aged = waited_min < -ageing_min\n", (MORNING,),
    ),
    Fault(
        "a no-show need let nobody pass", "queue_core/routing.py",
        "turn = np.where(able, behind, _LAST)", "turn = np.where(able, 0, _LAST)", (MORNING,),
    ),
)  # fmt: skip
