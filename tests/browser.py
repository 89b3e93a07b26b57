"""Opens headless Chromium for a test, or skips the test with the reason. Knows no page."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
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
