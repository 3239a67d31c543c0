from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from queue_kit.catalogue.comparing import Listed, compare, read_list
from queue_kit.catalogue.reader import Catalogue


def test_missing_outdated_and_withdrawn_are_told_apart(shipped: Catalogue) -> None:
    here = shipped.procedures()
    here[0] = replace(here[0], decision="163/QĐ-BTP")
    published = [Listed(p.code, p.name, p.decision) for p in here]
    published[0] = Listed(here[0].code, here[0].name.upper().replace(",", " ;"), "164/QĐ-BTP")
    published[1] = Listed(here[1].code, "Tên khác hẳn", "")
    published[2] = Listed("9.000001", "Thủ tục mới", "")
    result = compare(here, published)
    assert [one.code for one in result.missing] == ["9.000001"]
    assert [one.code for one in result.withdrawn] == [here[2].code]
    assert [(o.code, o.what) for o in result.outdated] == [(here[0].code, "decision"), (here[1].code, "name")]
    assert not result.complete


def test_a_list_with_nothing_but_codes_is_enough(shipped: Catalogue) -> None:
    assert compare(shipped.procedures(), [Listed(e.code) for e in shipped.entries()]).complete


def test_the_published_list_is_read_from_a_sheet_or_the_portal(tmp_path: Path) -> None:
    sheet = tmp_path / "list.csv"
    sheet.write_text("STT;Mã thủ tục;Tên thủ tục\n1;1.004222;Đăng ký thường trú\n2;;ghi chú\n", encoding="utf-8")
    assert read_list(sheet) == [Listed("1.004222", "Đăng ký thường trú\nghi chú".replace("\n", " "))]
    portal = tmp_path / "list.json"
    title = "Công bố Danh mục thủ tục hành chính"
    portal.write_text(json.dumps([{"ma_thu_tuc": "1.004222", "ten_thu_tuc": title}, {"x": 1}]), encoding="utf-8")
    assert read_list(portal) == [Listed("1.004222")]
