"""A browser as officers use it: keys, clicks, and what stands on the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.hub_web.house import PASSWORD, House

DEADLINE_S = 15


class Screen:
    """One browser window."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def size(self, width: int, height: int) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def wait(self, true: Callable[[], Any], what: str = "") -> Any:
        return WebDriverWait(self.driver, DEADLINE_S, poll_frequency=0.02).until(lambda _: true(), what)

    def js(self, script: str, *values: Any) -> Any:
        return self.driver.execute_script(script, *values)

    def one(self, selector: str) -> Any:
        return self.wait(lambda: next(iter(self.driver.find_elements(By.CSS_SELECTOR, selector)), None), selector)

    def text(self, selector: str) -> str:
        return str(self.js("return document.querySelector(arguments[0])?.textContent ?? ''", selector))

    def shows(self, selector: str, text: str) -> None:
        self.wait(lambda: text in self.text(selector), f"{selector} shows {text!r}, not {self.text(selector)!r}")

    def is_now(self, status: str) -> None:
        """The ticket at the counter is so, on the screen."""
        self.wait(lambda: self.js("return document.getElementById('now').dataset.status") == status, status)

    def press(self, keys: str) -> None:
        self.one("body").send_keys(keys)

    def click(self, selector: str) -> None:
        node = self.one(selector)
        self.wait(node.is_enabled, f"{selector} can be clicked")
        node.click()

    def log_in(self, house: House, username: str, role: str = "officer", name: str = "") -> None:
        house.officer(username, role, name)
        self.driver.delete_all_cookies()
        self.driver.get(house.url + "/login")
        self.one("[name=username]").send_keys(username)
        self.one("[name=password]").send_keys(PASSWORD)
        self.click("[type=submit]")
        self.ready()

    def ready(self) -> None:
        self.wait(lambda: self.js("return document.body?.dataset.ready") == "yes", "the page is ready")

    def open_counter(self, house: House, counter: str = "quay-1") -> None:
        self.click(f".deskcard[data-key={counter}]")
        self.wait(lambda: "/console?counter=" in self.driver.current_url)
        self.ready()
        assert house.state.counters[counter].officer is not None
