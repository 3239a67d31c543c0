"""The officer: a real browser (Debian's Chromium) on the real console, driven by keys and clicks."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from queue_core.errors import MotcuaError

WAIT_S = 15


class Officer:
    """A logged-in officer; use as a context manager."""

    def __init__(self, console: str, username: str, password: str) -> None:
        self._console, self._account = console, (username, password)
        self._profile = tempfile.TemporaryDirectory(prefix="motcua-chromium-", ignore_cleanup_errors=True)
        self._browser: Any = None

    def __enter__(self) -> Self:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        driver, chromium = shutil.which("chromedriver"), shutil.which("chromium")
        if driver is None or chromium is None:
            raise MotcuaError("demo.program_missing", program="chromium, chromedriver")
        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        for word in (
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
            "--disable-background-networking", "--disable-component-update", "--window-size=1366,768",
            "--force-device-scale-factor=1", "--lang=vi", f"--user-data-dir={self._profile.name}",
        ):  # fmt: skip
            options.add_argument(word)
        self._browser = webdriver.Chrome(options=options, service=Service(driver))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._browser is not None:
            self._browser.quit()
        self._profile.cleanup()

    def open_counter(self, number: int) -> None:
        """Log in and take a counter."""
        from selenium.webdriver.common.by import By

        browser = self._browser
        browser.get(f"{self._console}/login")
        for name, value in zip(("username", "password"), self._account, strict=True):
            browser.find_element(By.NAME, name).send_keys(value)
        browser.find_element(By.CSS_SELECTOR, "button[type=submit]").click()
        # The password takes its time by design; to go on before its answer would leave the log-in behind.
        self._until(lambda: not browser.current_url.endswith("/login"))
        browser.get(f"{self._console}/choose")
        self._until(lambda: browser.find_elements(By.CSS_SELECTOR, "body[data-ready=yes]"))
        self._desk(number).click()
        self._until(lambda: browser.find_elements(By.CSS_SELECTOR, "#next"))

    def _desk(self, number: int) -> Any:
        from selenium.webdriver.common.by import By

        for desk in self._browser.find_elements(By.CSS_SELECTOR, "#desks .deskcard"):
            if str(number) in desk.text.split():
                return desk
        return None

    def wait_for_waiting(self, number: str) -> None:
        """Wait until the line shows a number, without a reload."""
        from selenium.webdriver.common.by import By

        self._until(lambda: number in self._browser.find_element(By.ID, "rows").text)

    def call_next(self) -> None:
        """Press the space bar; wait until somebody is at the counter."""
        from selenium.webdriver.common.by import By
        from selenium.webdriver.common.keys import Keys

        self._until(lambda: self._browser.find_element(By.ID, "next").is_enabled())
        self._browser.find_element(By.TAG_NAME, "body").send_keys(Keys.SPACE)
        self._until(self.current_number)

    def call_next_again(self) -> None:
        """Press the space bar until the number at the counter is another one."""
        from selenium.webdriver.common.by import By
        from selenium.webdriver.common.keys import Keys

        before, page = self.current_number(), self._browser.find_element(By.TAG_NAME, "body")

        def another() -> bool:
            if self.current_number() in {"", before}:
                page.send_keys(Keys.SPACE)
            return self.current_number() not in {"", before}

        self._until(another)

    def current_number(self) -> str:
        """The number at the counter, as the page shows it."""
        from selenium.webdriver.common.by import By

        found = self._browser.find_elements(By.ID, "now-number")
        return found[0].text.strip() if found and found[0].is_displayed() else ""

    def serve_and_finish(self) -> None:
        """The citizen is served and goes."""
        from selenium.webdriver.common.by import By

        page, card = self._browser.find_element(By.TAG_NAME, "body"), self._browser.find_element(By.ID, "now")

        def pressed(key: str, status: str) -> bool:
            # the console takes a second strike within a moment for the same one: press again until it took
            if card.get_attribute("data-status") != status:
                page.send_keys(key)
            return bool(card.get_attribute("data-status") == status)

        self._until(lambda: pressed("p", "serving"))
        self._until(lambda: pressed("h", "free"))

    def save(self, path: Path) -> None:
        """A picture of the page."""
        self._browser.save_screenshot(str(path))

    def _until(self, true: Any) -> None:
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self._browser, WAIT_S, poll_frequency=0.1).until(lambda _browser: true())
