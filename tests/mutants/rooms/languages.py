"""Faults of language packs: words, letters, line breaks, what is said where there are none."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

PACKS: Final = "tests/languages/test_packs.py"

FAULTS: Final = (
    Fault(
        "a sentence is missing in English",
        "queue_kit/languages/packs/en/kiosk.json",
        '  "kiosk.nav.back": "Back",\n',
        "",
        (f"{PACKS}::test_nothing_is_missing_idle_or_without_its_letters",),
    ),
    Fault(
        "a Khmer sentence lost its number",
        "queue_kit/languages/packs/km/slip.json",
        "{high}\\u00a0នាទី",
        "នាទី",
        (f"{PACKS}::test_nothing_is_missing_idle_or_without_its_letters",),
    ),
    Fault(
        "one broken pack closes the whole lobby",
        "queue_kit/languages/__init__.py",
        "        except LanguagePackError:\n            continue\n    return usable or [FALLBACK]",
        "        except LanguagePackError:\n            raise\n    return usable or [FALLBACK]",
        (f"{PACKS}::test_a_broken_pack_leaves_the_lobby_its_other_languages",),
    ),
    Fault(
        "a place that nobody can fill stops the kiosk",
        "queue_kit/languages/__init__.py",
        "        except (KeyError, IndexError, ValueError):\n            continue\n",
        "        except AttributeError:\n            continue\n",
        (f"{PACKS}::test_plurals_places_and_missing_sentences",),
    ),
    Fault(
        "a slip breaks Khmer words in the middle",
        "queue_kit/paper/typesetting.py",
        '_GAPS: Final = f" {BREAK}"',
        '_GAPS: Final = " "',
        (f"{PACKS}::test_a_khmer_line_breaks_between_words_and_never_inside_one",),
    ),
    Fault(
        "the office's draft is offered unasked",
        "queue_core/office.py",
        'default=("vi", "en")',
        'default=("vi", "en", "km")',
        (f"{PACKS}::test_only_the_two_that_officials_have_read_are_offered_unasked",),
    ),
    Fault(
        "labels are not told their script",
        "queue_kit/screen/scripts.py",
        '            self.options["font_script_name"] = script_of(lang).script\n',
        '            self.options["font_script_name"] = _LATIN[1]\n',
        ("tests/languages/test_screen_scripts.py::test_a_label_is_shaped_and_measured_as_it_is_drawn",),
    ),
    Fault(
        "a label is measured before it knows its script",
        "queue_kit/screen/scripts.py",
        '            _SurfaceContainer(1, 1).render(self, ".", 0, 0)  # tells the font its script\n',
        "            pass\n",
        ("tests/languages/test_screen_scripts.py::test_a_label_is_shaped_and_measured_as_it_is_drawn",),
    ),
    Fault(
        "a label breaks Khmer words in the middle",
        "queue_kit/screen/scripts.py",
        "        if real or BREAK not in whole:\n",
        "        if True:\n",
        ("tests/languages/test_screen_scripts.py::test_a_label_breaks_lines_between_words",),
    ),
)
