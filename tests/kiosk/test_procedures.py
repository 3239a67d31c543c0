"""Looking up procedures, without a screen: the ways through the lists, late answers, the number and the checklist."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk import session as s
from queue_core.procedures import service_for
from queue_core.wire.messages import ErrorBody
from tests.kiosk import office_sample as office
from tests.kiosk import shelf_sample
from tests.kiosk.test_session import Citizen

SHELF = shelf_sample.shelf()
SERVICES = [
    one.model_copy(update={"fields": ["Hộ tịch"], "procedures": ["2.000635"]}) if one.id == "ho-tich" else one
    for one in office.services()
]
HERE = s.Seen(lobby=office.lobby(services=SERVICES), shelf=SHELF)
BIRTH = shelf_sample.catalogue().get("1.001193")
HITS = tuple(hit.entry for hit in shelf_sample.catalogue().search("khai sinh"))


def reader(seen: s.Seen = HERE) -> Citizen:
    return Citizen(seen).does(s.OpenProcedures())


def types(citizen: Citizen, text: str) -> Citizen:
    return citizen.does(*(s.PressKey(key) for key in text))


def finds_birth(seen: s.Seen = HERE) -> Citizen:
    citizen = types(reader(seen).does(s.OpenFind()), "khai sinh").does(s.Found("khai sinh", HITS))
    return citizen.does(s.OpenProcedure("1.001193"), s.ProcedureCame("1.001193", BIRTH))


def test_every_key_searches_and_only_the_newest_answer_counts() -> None:
    citizen = types(reader().does(s.OpenFind()), "khai")
    assert citizen.effects == [s.Search("k"), s.Search("kh"), s.Search("kha"), s.Search("khai")]
    assert citizen.does(s.Found("kha", HITS)).visit.looking.found == ()
    assert citizen.does(s.Found("khai", HITS)).visit.looking.found == HITS
    searches = len(citizen.effects)
    citizen.does(s.SwitchKeys(), s.SwitchMethod())
    assert len(citizen.effects) == searches, "other keys, the same text"
    assert citizen.does(s.ClearKeys()).visit.looking.found == ()
    assert len(citizen.effects) == searches, "nothing typed asks nothing"


def test_from_typing_to_the_page_and_back_with_everything_kept() -> None:
    citizen = finds_birth()
    assert citizen.screen is s.Screen.PROCEDURE
    citizen.does(s.ReadSection("papers"), s.TurnPage(2))
    assert (citizen.screen, citizen.visit.page) == (s.Screen.READING, 2)
    citizen.does(s.GoBack(), s.GoBack())
    assert (citizen.screen, citizen.visit.typed.text, citizen.visit.looking.found) == (s.Screen.FIND, "khai sinh", HITS)
    assert citizen.does(s.GoBack()).screen is s.Screen.PROCEDURES
    assert citizen.does(s.GoBack()).screen is s.Screen.HOME


def test_all_that_was_found_is_a_list_with_pages_and_back_leads_to_the_keys() -> None:
    citizen = types(reader().does(s.OpenFind()), "khai sinh").does(s.ShowFound())
    assert citizen.screen is s.Screen.FIND, "nothing was found yet"
    citizen.does(s.Found("khai sinh", HITS), s.ShowFound(), s.TurnPage(1), s.OpenProcedure("1.001193"))
    assert citizen.screen is s.Screen.PROCEDURE
    citizen.does(s.GoBack())
    assert (citizen.screen, citizen.visit.page, citizen.visit.looking.entries) == (s.Screen.ENTRIES, 1, HITS)
    assert citizen.does(s.GoBack()).screen is s.Screen.FIND


def test_by_field_and_by_a_matter_of_life() -> None:
    field, event = s.Group("field", "Hộ tịch"), SHELF.events[0][0]
    citizen = reader().does(s.OpenFields(), s.TurnPage(1), s.OpenGroup(field))
    assert (citizen.screen, citizen.visit.looking.entries) == (s.Screen.ENTRIES, None)
    assert citizen.does(s.Listed(event, HITS)).visit.looking.entries is None, "another list's answer"
    assert citizen.does(s.Listed(field, HITS)).visit.looking.entries == HITS
    citizen.does(s.GoBack())
    assert (citizen.screen, citizen.visit.page) == (s.Screen.FIELDS, 1)
    assert reader().does(s.OpenGroup(event)).effects == [s.ListGroup(event)]


def test_a_number_for_this_procedure_goes_straight_to_its_service() -> None:
    citizen = finds_birth().does(s.TakeForProcedure())
    assert (citizen.screen, citizen.asked.service, citizen.asked.entry) == (s.Screen.ASKING, "ho-tich", "walk_in")
    citizen.does(s.Refused(citizen.asked.request_id, ErrorBody(key="request.busy", vi="bận", en="busy")), s.GoBack())
    assert (citizen.screen, citizen.visit.looking.procedure) == (s.Screen.PROCEDURE, BIRTH)


@pytest.mark.parametrize(
    ("field", "code", "service"),
    [
        ("Hộ tịch", "1.001193", "ho-tich"),
        ("Lĩnh vực lạ", "2.000635", "ho-tich"),
        ("Lĩnh vực lạ", "9.999999", "huong-dan"),
    ],
)
def test_which_service_takes_a_procedure(field: str, code: str, service: str) -> None:
    assert HERE.lobby is not None
    found = service_for(HERE.lobby.services, field, code)
    assert found is not None
    assert found.id == service


def test_procedures_are_read_while_the_hub_is_away_and_no_number_is_promised() -> None:
    away = replace(HERE, hub_away=True)
    citizen = finds_birth(away)
    assert citizen.screen is s.Screen.PROCEDURE
    citizen.does(s.TakeForProcedure())
    assert citizen.visit.trouble is not None
    assert citizen.visit.trouble.key == "hub.away"
    citizen.seen = HERE
    assert citizen.does(s.SeenChanged()).screen is s.Screen.PROCEDURE, "back by itself"


def test_a_procedure_that_was_withdrawn_meanwhile_is_said_so() -> None:
    citizen = reader().does(s.OpenFind()).does(s.PressKey("k"), s.Found("k", HITS), s.OpenProcedure("1.001193"))
    citizen.does(s.ProcedureCame("1.001193", None))
    assert citizen.visit.trouble is not None
    assert citizen.visit.trouble.key == "procedure.gone"
    assert citizen.does(s.GoBack()).screen is s.Screen.PROCEDURES


def test_the_checklist_is_printed_once_at_a_time() -> None:
    citizen = finds_birth().does(s.PrintChecklist(), s.PrintChecklist())
    assert [e for e in citizen.effects if isinstance(e, s.PrintPapers)] == [s.PrintPapers(BIRTH, "vi")]
    assert citizen.does(s.ChecklistEnded("paper.out")).visit.looking.printing == "failed"
    assert citizen.does(s.PrintChecklist(), s.ChecklistEnded()).visit.looking.printing == "printed"


def test_no_catalogue_no_way_in() -> None:
    assert reader(replace(HERE, shelf=None)).screen is s.Screen.HOME


def test_what_was_typed_is_gone_for_the_next_citizen() -> None:
    citizen = finds_birth().does(s.GoHome())
    assert citizen.visit.shown == s.Visit()
    assert reader().visit.typed == s.Typed()
