"""`motcua office check`: what a file sets up, where its mistake is, and the languages nobody could read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from motcua.office_run import SHIPPED_OFFICE
from queue_core.office_file import read_office
from tests.house.test_command import motcua


def file_with(folder: Path, *languages: str) -> str:
    values = read_office(SHIPPED_OFFICE).model_dump(mode="json", exclude_defaults=True)
    path = folder / "office.yaml"
    path.write_text(json.dumps({**values, "languages": languages}, ensure_ascii=False), encoding="utf-8")
    return str(path)


def pack_in(folder: Path, lang: str, about: str) -> str:
    (folder / lang).mkdir(parents=True)
    (folder / lang / "pack.json").write_text(about, encoding="utf-8")
    return str(folder)


@pytest.mark.parametrize("languages", [("vi", "en"), ("vi", "km", "en")])
def test_languages_with_a_pack_need_no_word(tmp_path: Path, languages: tuple[str, ...]) -> None:
    said = motcua("office", "check", file_with(tmp_path, *languages))
    assert (said.returncode, said.stderr) == (0, "")
    assert "Hộ tịch" in said.stdout


def test_languages_without_a_usable_pack_are_named(tmp_path: Path) -> None:
    packs = pack_in(tmp_path / "packs", "lo", '{"name": "ລາວ"}')
    file = file_with(tmp_path, "vi", "fr", "lo")
    said = motcua("office", "check", file, MOTCUA_LANGUAGES=packs)
    assert said.returncode == 0, "packs may lie on the kiosks alone"
    assert "“fr” chưa có gói" in said.stderr
    assert "“fr” has no pack" in said.stderr
    assert "Gói ngôn ngữ lo không dùng được" in said.stderr
    whole = pack_in(tmp_path / "mended", "fr", '{"name": "Français", "english": "French", "locale": "fr"}')
    assert "“fr”" not in motcua("office", "check", file, MOTCUA_LANGUAGES=whole).stderr


def test_a_file_with_a_mistake_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "office.yaml"
    path.write_text(SHIPPED_OFFICE.read_text("utf-8").replace("languages: [vi, en]", "languages: vi"), "utf-8")
    said = motcua("office", "check", str(path))
    assert said.returncode == 1
    assert "languages" in said.stderr
