"""Opens headless Chromium for a test, or skips the test with the reason; and what is seen in it."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
IGNORED = (StaleElementReferenceException,)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def browser(
    *, width: int = 1280, height: int = 800, dark: bool = False
) -> Iterator[webdriver.Chrome]:
    """Open a browser with a new, empty profile; close it and its profile at the end."""
    for program in (CHROMIUM, DRIVER):
        if not program.exists():
            pytest.skip(f"{program} is not installed: the page was not tried in a browser")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        driver = webdriver.Chrome(options=_options(profile), service=Service(str(DRIVER)))
        try:
            _look(driver, width, height, dark=dark)
            yield driver
        finally:
            driver.quit()


def _options(profile: str) -> Options:
    options = Options()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    return options


def _look(driver: webdriver.Chrome, width: int, height: int, *, dark: bool) -> None:
    scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


class Page:
    """What a user sees and does, by the page's own structure."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def one(self, selector: str, containing: str = "") -> WebElement:
        """Wait for a visible element that contains the words."""

        def found(driver: webdriver.Chrome) -> WebElement | None:
            nodes = driver.find_elements(By.CSS_SELECTOR, selector)
            shown = (n for n in nodes if n.is_displayed() and containing in n.text)
            return next(shown, None)

        element = WebDriverWait(self.driver, 10, ignored_exceptions=IGNORED).until(found)
        assert isinstance(element, WebElement)
        return element

    def gone(self, selector: str) -> bool:
        """Wait until nothing of the kind is visible."""
        return bool(
            WebDriverWait(self.driver, 10, ignored_exceptions=IGNORED).until(
                lambda d: (
                    not any(n.is_displayed() for n in d.find_elements(By.CSS_SELECTOR, selector))
                )
            )
        )

    def ask(self, text: str, box: str = "#box") -> None:
        self.one(box).send_keys(text, Keys.ENTER)

    def answer(self) -> WebElement:
        """Wait for the bot's answer in the open thread."""
        self.one("#replies .b-actions")
        return self.driver.find_elements(By.CSS_SELECTOR, "#replies .message .content")[-1]

    def press(self, selector: str) -> None:
        """Press what is visible, wherever the page has moved it by now."""
        self.driver.execute_script("arguments[0].click()", self.one(selector))

    def until(self, so: Callable[[], object]) -> None:
        """Wait until something is so."""
        WebDriverWait(self.driver, 20, ignored_exceptions=IGNORED).until(lambda _: so())

    def js(self, script: str) -> Any:
        return self.driver.execute_script(script)
