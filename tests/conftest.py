"""What holds for every test: Kivy's surroundings, set before its first import; a seed, so a failed run can be repeated.

MOTCUA_TEST_SEED=12345 make test        repeats the random choices of the run that printed this seed
"""

import atexit
import os
import random
import shutil
import tempfile

import pytest
from hypothesis import HealthCheck, settings

SEED_VARIABLE = "MOTCUA_TEST_SEED"

# Kivy reads these at its first import. A person's own Kivy settings must not change what the tests see.
os.environ.setdefault("KIVY_NO_ARGS", "1")
os.environ.setdefault("KIVY_NO_FILELOG", "1")
os.environ.setdefault("KIVY_NO_CONSOLELOG", "1")
os.environ["KIVY_HOME"] = tempfile.mkdtemp(prefix="motcua-kivy-")
atexit.register(shutil.rmtree, os.environ["KIVY_HOME"], ignore_errors=True)

# How fast examples are made and tried says something of the machine and its load, nothing of the project.
settings.register_profile("motcua", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("motcua")


def pytest_configure() -> None:
    # Chosen once, in the process that starts the others; they inherit it.
    os.environ.setdefault(SEED_VARIABLE, str(random.SystemRandom().randrange(10**9)))


def pytest_report_header() -> str:
    return f"seed: {SEED_VARIABLE}={os.environ[SEED_VARIABLE]}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # -q leaves the header out, and a failure without its seed cannot be repeated.
    if terminalreporter.stats.get("failed") or terminalreporter.stats.get("error"):
        terminalreporter.write_line(f"repeat with {SEED_VARIABLE}={os.environ[SEED_VARIABLE]}")
    config = terminalreporter.config
    if config.args_source is config.ArgsSource.TESTPATHS and not config.option.keyword:
        # A run of everything says what everything is not.
        from tests.rig.__main__ import CHECKS

        terminalreporter.write_sep("-", "left to make rig, which needs a kernel of its own")
        for check in CHECKS:
            terminalreporter.write_line(check.says)
        terminalreporter.write_line("long ones: make test-slow; booted systems: make nspawn, make vm")


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The run's seed mixed with the test's name: tests share no random choices, and each prints its own seed."""
    own = random.Random(f"{os.environ[SEED_VARIABLE]} {request.node.nodeid}").randrange(10**9)
    print(f"seed of this test: {own}")
    return own
