"""The playground with its samples -> docs/answer.png: one question and its answer, as drawn.

Run it with `python -m scripts.screenshot` after a change of what answers look like. With --look it
also takes the dark, the narrow and the first page, into a folder, for a person to judge.
"""

import argparse
import base64
import tempfile
from dataclasses import dataclass
from pathlib import Path

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser import browser
from tests.running import running

ANSWER = Path(__file__).parents[1] / "docs" / "answer.png"
BEFORE = ("What about Nvidia?", "Who loses from the swipe fee rule?")
QUESTION = "Who benefits from the copper mine outage?"
PATIENCE = 30  # seconds for an answer
WIDTH, HEIGHT, NARROW = 1280, 900, 390


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: of the first page when `question` is None, else of its answer."""

    path: Path
    question: str | None = QUESTION
    before: tuple[str, ...] = ()
    width: int = WIDTH
    dark: bool = False
    click: str | None = None


def take(url: str, shot: Shot) -> None:
    """Ask, wait for the answer and save what is seen."""
    with browser(width=shot.width, height=HEIGHT, dark=shot.dark) as driver:
        driver.get(url)
        _wait(driver, "#places button")
        for question in (*shot.before, shot.question):
            if question:
                ask(driver, question)
        if shot.click:
            driver.find_element(By.CSS_SELECTOR, shot.click).click()
            _wait(driver, "dialog[open]")
        driver.execute_script("document.activeElement.blur()")
        found = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
    shot.path.write_bytes(base64.b64decode(found["data"]))


def ask(driver: Chrome, question: str) -> None:
    """Ask in the channel and wait for the answer in its thread."""
    driver.find_element(By.ID, "box").send_keys(question, Keys.ENTER)
    WebDriverWait(driver, PATIENCE).until(lambda d: question in _text(d, "#replies"))
    _wait(driver, "#replies .b-actions")


def _text(driver: Chrome, selector: str) -> str:
    return " ".join(found.text for found in driver.find_elements(By.CSS_SELECTOR, selector))


def _wait(driver: Chrome, selector: str) -> None:
    WebDriverWait(driver, PATIENCE).until(lambda d: d.find_elements(By.CSS_SELECTOR, selector))


def shots(look: Path | None) -> list[Shot]:
    """List the picture of the README, and those for a look."""
    if look is None:
        return [Shot(ANSWER, before=BEFORE)]
    look.mkdir(parents=True, exist_ok=True)
    return [
        Shot(look / "first.png", question=None),
        Shot(look / "first-narrow.png", question=None, width=NARROW),
        Shot(look / "answer.png"),
        Shot(look / "dark.png", dark=True),
        Shot(look / "narrow.png", width=NARROW),
        Shot(look / "broad.png", question="which tickers benefit?"),
        Shot(look / "evidence.png", click="[data-action=answer_evidence]"),
    ]


def main() -> None:
    """Start the playground in a folder of its own and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--look", type=Path, help="a folder for more pictures")
    wanted = shots(parser.parse_args().look)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as tape:
        for shot in wanted:
            take(tape.url, shot)


if __name__ == "__main__":
    main()
