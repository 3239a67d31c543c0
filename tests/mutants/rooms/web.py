"""Faults of the console and the public page."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

AUTH: Final = "tests/hub_web/test_auth.py"
FOLLOW: Final = "tests/hub_web/test_follow.py"

FAULTS: Final = (
    Fault(
        "changes are taken from any page (no check of the page's token)", "queue_hub/web/auth.py",
        'if request.method not in _SAFE and not secrets.compare_digest((given or "").encode(), session.csrf.encode()):',
        'if request.method not in _SAFE and given == "forged":',
        (f"{AUTH}::test_nothing_changes_without_the_pages_token",),
    ),
    Fault(
        "an officer may do what the administrator may", "queue_hub/account.py",
        "        return order.index(self) >= order.index(other)\n",
        "        return order.index(self) >= 0 * order.index(other)\n",
        (f"{AUTH}::test_who_may_do_what",),
    ),
    Fault(
        "a token may do more than its scopes say", "queue_hub/web/auth.py",
        "            if scope not in token.scopes:\n",
        "            if not token.scopes:\n",
        ("tests/hub_web/test_rest.py::test_a_token_does_what_its_scopes_say_and_no_more",),
    ),
    Fault(
        "passwords may be tried without an end", "queue_hub/web/throttle.py",
        "if passed > self._forget_s or count <= self._free:",
        "if passed > self._forget_s or count >= 0:",
        ("tests/hub_web/test_throttle.py::test_the_delay_grows_and_is_forgotten",
         f"{AUTH}::test_wrong_passwords_are_slowed_down_for_the_address_and_the_account"),
    ),
    Fault(
        "the token of the public page is not checked", "queue_hub/follow.py",
        "if found is None or not hmac.compare_digest(found[2], self._mac(found[1])):",
        "if found is None:",
        (f"{FOLLOW}::test_only_our_own_tokens_are_read",),
    ),
    Fault(
        "a page of ten megabytes is read", "queue_hub/web/guard.py",
        "limit_bytes: int = 256 * 1024, large",
        "limit_bytes: int = 256 * 1024 * 1024, large",
        ("tests/hub_web/test_rest.py::test_ten_megabytes_are_not_even_read",),
    ),
    Fault(
        "pages may be framed and run anybody's scripts", "queue_hub/web/guard.py",
        '                message["headers"] = [*message["headers"], *(h for h in _HEADERS if h[0] not in have)]\n',
        "",
        (f"{AUTH}::test_strict_headers_everywhere",),
    ),
    Fault(
        "a full slot is offered again", "queue_core/slots.py",
        "service.slot_places - taken.get((day.isoformat(), place), 0)", "service.slot_places",
        ("tests/hub_web/test_bookings.py::test_the_slots_of_a_day_with_the_places_that_are_left",),
    ),
)  # fmt: skip
