"""`motcua` lists everything and imports nothing."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from motcua import cli, lazy

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"typer", "rich", "kivy", "fastapi", "pydantic", "numpy", "escpos", "paho", "queue_core", "queue_hub", "kiosk"}


def declared_in_project() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    commands: dict[str, str] = project["project"]["entry-points"]["motcua.commands"]
    return commands


def motcua(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", "from motcua.cli import main; main()", *words]
    return subprocess.run(
        program, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT, env={**os.environ, **environment}
    )


def modules_after(statement: str) -> set[str]:
    program = f"{statement}\nimport sys; print('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    return {name.partition(".")[0] for name in done.stdout.splitlines()}


def test_every_declared_command_has_its_line_and_no_line_lacks_its_command() -> None:
    assert set(cli.SUMMARIES) == set(declared_in_project())
    assert cli.declared() == declared_in_project(), "the installed entry points are old; run: make setup"


def test_the_list_imports_no_command_and_no_typer() -> None:
    before = modules_after("pass")
    after = modules_after("from motcua.cli import main; main(['--help'])")
    assert not (after - before) & HEAVY


def test_the_list_shows_every_command() -> None:
    said = motcua("--help")
    assert said.returncode == 0
    for name, summary in cli.SUMMARIES.items():
        assert f"  {name} " in said.stdout
        assert summary in said.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("demoo",), "did you mean 'demo'?"),
        (("quite-unknown",), "there is no command 'quite-unknown'"),
    ],
)
def test_an_unknown_command_is_refused_in_words(words: tuple[str, ...], says: str) -> None:
    said = motcua(*words)
    assert said.returncode == cli.USAGE_ERROR
    assert says in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("motcua.nowhere:app", "no module motcua.nowhere"),
        ("nobody.at_home:app", "no module nobody"),
        ("motcua.figures:absent", "motcua.figures has no absent"),
        ("needs_missing:app", "needs the library library_not_installed"),
    ],
)
def test_a_command_that_cannot_be_imported_says_why(
    address: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "needs_missing.py").write_text("import library_not_installed\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(lazy.CommandMissingError, match=says):
        lazy.load(address)


def test_a_fault_inside_a_command_is_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "faulty_command.py").write_text("1 / 0\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ZeroDivisionError):
        lazy.load("faulty_command:app")


def foreign_distribution(folder: Path, entry_points: str) -> None:
    information = folder / "stranger-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n", encoding="utf-8")
    (information / "entry_points.txt").write_text(f"[motcua.commands]\n{entry_points}\n", encoding="utf-8")
    (folder / "stranger.py").write_text(
        "def greet(name: str, loud: bool = False) -> None:\n"
        "    '''Greet somebody.'''\n"
        "    print(('CHÀO ' if loud else 'chào ') + name)\n",
        encoding="utf-8",
    )


def test_a_strangers_command_is_listed_and_run_with_its_own_options(tmp_path: Path) -> None:
    foreign_distribution(tmp_path, "greet = stranger:greet\nhub = stranger:greet")
    assert "added by stranger:greet" in motcua("--help", PYTHONPATH=str(tmp_path)).stdout
    said = motcua("greet", "Lan", "--loud", PYTHONPATH=str(tmp_path))
    assert (said.returncode, said.stdout) == (0, "CHÀO Lan\n")
    assert "Usage: motcua greet" in motcua("greet", "--help", PYTHONPATH=str(tmp_path)).stdout
    # A stranger cannot take the name of one of the office's own commands.
    listed = [line.split(maxsplit=1) for line in motcua("--help", PYTHONPATH=str(tmp_path)).stdout.splitlines()]
    assert ["hub", cli.SUMMARIES["hub"]] in listed


def test_a_wrong_option_of_a_command_exits_2(tmp_path: Path) -> None:
    foreign_distribution(tmp_path, "greet = stranger:greet")
    said = motcua("greet", "Lan", "--no-such-option", PYTHONPATH=str(tmp_path))
    assert said.returncode == cli.USAGE_ERROR
    assert "Traceback" not in said.stderr


def test_the_installed_program_answers_at_once() -> None:
    program = Path(sys.executable).with_name("motcua")
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=10)
    assert done.stdout.startswith("motcua 0.")
