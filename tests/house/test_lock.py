"""The lock is complete, hashed, without addresses, and one for every machine that the project serves."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]

MACHINES = [(python, machine) for python in ("3.11.2", "3.13.5") for machine in ("x86_64", "aarch64")]


def locked() -> list[tuple[Requirement, list[str]]]:
    """Each requirement of the lock with its hashes."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    entries = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        requirement, *hashes = re.split(r"\s+--hash=", line.strip())
        entries.append((Requirement(requirement), hashes))
    return entries


def wanted() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    texts = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    return [Requirement(text) for text in texts]


def folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def environment(python: str, machine: str) -> dict[str, str]:
    return {
        "python_full_version": python,
        "python_version": python.rpartition(".")[0],
        "platform_machine": machine,
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }


def test_every_entry_is_one_version_with_hashes() -> None:
    entries = locked()
    assert len(entries) > 50
    for requirement, hashes in entries:
        assert re.fullmatch(r"==[^,*]+", str(requirement.specifier)), f"{requirement} is not one version"
        assert hashes, f"{requirement.name} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes), requirement.name


def test_there_is_no_address_and_no_option_in_it() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert " @ " not in text
    options = set(re.findall(r"(?:^|\s)(--?[a-z][a-z-]*)", text))
    assert options == {"--hash"}


@pytest.mark.parametrize(("python", "machine"), MACHINES)
def test_each_wanted_package_has_exactly_one_version_on_each_machine(python: str, machine: str) -> None:
    here = environment(python, machine)
    valid: dict[str, list[str]] = {}
    for requirement, _ in locked():
        if requirement.marker is None or requirement.marker.evaluate(here):
            version = str(requirement.specifier).removeprefix("==")
            valid.setdefault(folded(requirement.name), []).append(version)
    assert not {name: versions for name, versions in valid.items() if len(versions) > 1}
    for requirement in wanted():
        versions = valid.get(folded(requirement.name))
        assert versions, f"{requirement.name} is wanted but not locked; run: make lock"
        assert requirement.specifier.contains(versions[0], prereleases=True), f"{requirement} against {versions[0]}"
