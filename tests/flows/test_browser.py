"""The playground's page in a real browser, with a tiny Bolt app behind it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler

from bot.playground.samples import Sample
from bot.playground.server import Playground
from jobs.charts import Chart, Series, png
from tests.browser import Page, browser
from tests.echo import MANIFEST, echo_app

pytestmark = pytest.mark.browser

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
HOSTILE = '<img src=x onerror="window.hacked=1"> <script>window.hacked=1</script>'
ARTICLE = "\n\n".join(
    ["Before. " * 300, "Larkspur Copper gains from the invented tariff.", "After. " * 300]
)
SAMPLES = {"copper": Sample("An invented tariff", "Lab Wire", NOON, ARTICLE)}

Json = dict[str, Any]


def drive(scene: Callable[[Page], None], *, settings: Json | None = None, **look: Any) -> None:
    """Act a scene in a browser on a playground with the echo app."""

    async def act() -> None:
        given = {"samples": SAMPLES, "manifest": MANIFEST, **(settings or {})}
        async with Playground(lambda: NOON, **given) as slack:
            handler = AsyncSocketModeHandler(echo_app(slack), slack.app_token)
            await handler.connect_async()  # type: ignore[no-untyped-call]
            try:
                await asyncio.to_thread(in_browser, slack)
            finally:
                await handler.close_async()  # type: ignore[no-untyped-call]

    def in_browser(slack: Playground) -> None:
        with browser(**look) as driver:
            page = Page(driver)
            driver.get(slack.url)
            page.one("#places button")
            scene(page)
            log = driver.get_log("browser")  # type: ignore[no-untyped-call]
            assert log == []

    asyncio.run(act())


def test_a_newcomer_asks_and_sees_an_answer_whose_citation_opens_the_quote() -> None:
    def scene(page: Page) -> None:
        assert "example" in (page.one("#box").get_attribute("placeholder") or "")
        page.one("#welcome .prompt", "Which tickers benefit?").click()
        answer = page.answer()
        assert page.one("#messages .mention").text == "@Tape"
        assert answer.find_element(By.CSS_SELECTOR, ".b-header").text == "Who benefits"
        assert answer.find_element(By.TAG_NAME, "td").text == "LCOP"
        assert page.gone("#welcome")

        link = answer.find_element(By.LINK_TEXT, "[1]")
        assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noreferrer")
        link.click()
        WebDriverWait(page.driver, 10).until(lambda d: len(d.window_handles) == 2)
        page.driver.switch_to.window(page.driver.window_handles[-1])
        assert "Sample article, invented situation" in page.one(".notice").text
        WebDriverWait(page.driver, 10).until(lambda d: d.execute_script("return scrollY") > 0)

    drive(scene)


def test_each_kind_of_block_is_drawn() -> None:
    def scene(page: Page) -> None:
        page.ask("draw")
        answer = page.answer()
        drawn = {
            tag: [n.text for n in answer.find_elements(By.CSS_SELECTOR, tag)]
            for tag in (
                "h3",
                "strong",
                "em",
                "s",
                "code",
                "blockquote",
                "th",
                "hr",
                "a",
                ".b-context",
                ".mention",
            )
        }

        assert drawn == {
            "h3": ["Who benefits"],
            "strong": ["LCOP", "Field", "rich", "strong"],
            "em": ["positive"],
            "s": ["never"],
            "code": ["code"],
            "blockquote": ["quoted & escaped"],
            "th": ["Ticker", "Score"],
            "hr": [""],
            "a": ["[1]", "https://linked.example/x", "label", "[image: a chart]"],
            ".b-context": ["Not investment advice"],
            ".mention": ["@Tape", "@channel"],
        }
        assert answer.find_elements(By.TAG_NAME, "img") == []

    drive(scene)


def test_a_table_sorts_and_turns_its_pages_and_a_chart_says_its_figures() -> None:
    def scene(page: Page) -> None:
        page.ask("figures")
        answer = page.answer()

        def shows(*tickers: str) -> None:
            page.until(
                lambda: (
                    [cell.text for cell in answer.find_elements(By.CSS_SELECTOR, "tbody th")]
                    == [*tickers]
                )
            )

        shows("TSM", "INTC", "NVDA", "MU")
        page.press("#replies .pages button:last-child")
        shows("ASML", "AMD")
        page.press("#replies th:last-child .sort")
        shows("INTC", "MU", "AMD", "ASML")
        page.press("#replies th:last-child .sort")
        shows("TSM", "NVDA", "ASML", "AMD")
        assert answer.find_element(By.CSS_SELECTOR, "th[aria-sort]").text.startswith("Score")
        chart = answer.find_element(By.CSS_SELECTOR, ".b-chart svg")
        assert chart.get_attribute("aria-label") == (
            "Scores. TSM 0.95, INTC -0.70, NVDA 0.78, MU -0.30, ASML 0.60, AMD 0.10"
        )
        assert len(chart.find_elements(By.CSS_SELECTOR, "rect.up")) == 4
        assert len(chart.find_elements(By.CSS_SELECTOR, "rect.down")) == 2

    drive(scene)


def test_a_stream_shows_its_steps_and_words_and_can_be_stopped() -> None:
    def scene(page: Page) -> None:
        page.ask("slowly please")
        assert page.one("#replies .task").text.split("\n")[-1] == "Lab Wire"
        assert page.one("#replies [aria-busy] strong").text == "First"
        page.one("#status .stop").click()
        assert page.gone("#status .stop")

    drive(scene)


def test_a_slash_command_is_offered_and_answered_to_its_user_alone() -> None:
    def scene(page: Page) -> None:
        page.one("#box").send_keys("/ec")
        page.one("#main .hints button", "Says it again").click()
        page.one("#box").send_keys("hello", Keys.ENTER)
        assert "You said hello" in page.one("#messages .ephemeral").text
        page.ask("/nothing")
        assert "/nothing is not a command" in page.one("#main [role=alert]").text

    drive(scene)


def test_a_shortcut_of_a_message_is_answered_in_its_thread() -> None:
    def scene(page: Page) -> None:
        page.one("#compose .chip").click()
        page.ask("Larkspur gains")
        page.one("#shut").click()
        page.js("document.querySelector('#messages .shortcut').click()")
        page.one("#messages .replies").click()
        page.one("#replies .content", "It says Larkspur gains")

    drive(scene)


def test_a_shared_file_can_be_saved_and_a_picture_is_shown(tmp_path: Path) -> None:
    picture = tmp_path / "chart.png"
    picture.write_bytes(png(Chart("Scores", "bar", ("TSM",), (Series("Score", (0.9,)),), "score")))
    note = tmp_path / "note.txt"
    note.write_text("Larkspur Copper gains.")

    def scene(page: Page) -> None:
        for file in (picture, note):
            chooser = page.driver.find_element(By.CSS_SELECTOR, "#compose input[type=file]")
            chooser.send_keys(str(file))
            page.answer()
        shown = page.one("#messages .b-picture img")
        width = "return document.querySelector('#messages .b-picture img').naturalWidth"
        WebDriverWait(page.driver, 10).until(lambda _: page.js(width) == 960)
        assert shown.get_attribute("alt") == "chart.png"
        assert page.one("#messages .attached a").get_attribute("download") == "note.txt"

    drive(scene)


def test_light_or_dark_can_be_chosen_and_is_kept() -> None:
    def scene(page: Page) -> None:
        colour = "return getComputedStyle(document.body).backgroundColor"
        assert page.js(colour) == "rgb(255, 255, 255)"
        page.one("#theme").click()
        assert page.js(colour) == "rgb(26, 29, 33)"
        page.driver.refresh()
        page.one("#places button")
        assert page.js(colour) == "rgb(26, 29, 33)"

    drive(scene)


def test_hostile_words_are_shown_as_words() -> None:
    def scene(page: Page) -> None:
        page.ask(f"{HOSTILE} <!channel>")
        answer = page.answer()

        assert HOSTILE in answer.text
        assert HOSTILE in page.one("#messages .content").text
        assert "<!channel>" in answer.text
        assert page.js("return window.hacked") is None
        assert answer.find_elements(By.CSS_SELECTOR, "img, script, a[href^='javascript']") == []

    drive(scene)


def test_a_button_opens_a_window_whose_form_can_be_wrong_then_right() -> None:
    def scene(page: Page) -> None:
        page.ask("evidence please")
        page.answer()
        page.one("[data-action=evidence]").click()
        assert page.one("#modal-title").text == "Evidence"

        page.one("dialog input").send_keys("XYZQ", Keys.ENTER)
        assert page.one("dialog .b-input .error").text == "Unknown: XYZQ"
        field = page.one("dialog input")
        assert field.get_attribute("value") == "XYZQ"
        field.clear()
        field.send_keys("LCOP", Keys.ENTER)
        assert page.gone("dialog")

        page.one("[data-action=evidence]").click()
        page.one("dialog").send_keys(Keys.ESCAPE)
        assert page.gone("dialog")

        page.one("[data-action=evidence]").click()
        page.one("dialog")
        page.driver.refresh()
        page.one("#places button")
        assert page.gone("dialog")

    drive(scene)


def test_what_is_wrong_with_a_long_form_is_in_sight_and_the_rest_stays_filled_in() -> None:
    def scene(page: Page) -> None:
        page.ask("evidence please")
        page.answer()
        page.press("[data-action=evidence]")
        offered = [option.text for option in Select(page.one("dialog select")).options]
        assert offered == ["Choose", "#research", "#daily-brief"]
        Select(page.one("dialog select")).select_by_visible_text("#research")

        page.one("dialog input").send_keys("XYZQ", Keys.ENTER)
        page.one("dialog .b-input .error")
        places = "return [...document.querySelectorAll('dialog :is(.b-input .error, footer)')]"
        error, footer = page.js(f"{places}.map((node) => node.getBoundingClientRect().bottom)")
        assert 0 < error < footer - 50
        chosen = Select(page.one("dialog select")).first_selected_option
        assert chosen.text == "#research"

    drive(scene, height=300)


def test_a_menu_of_three_dots_opens_its_choices_and_says_which_was_taken() -> None:
    def scene(page: Page) -> None:
        page.ask("menu")
        page.one("#replies .menu summary", "⋯").click()
        page.one("#replies .choices button", "Mute TSM").click()
        assert page.gone("#replies .choices")
        assert "chosen: TSM" in page.one("#replies .message", "chosen").text

    drive(scene)


def test_a_click_that_the_app_does_not_answer_is_told() -> None:
    def scene(page: Page) -> None:
        page.ask("silent")
        page.answer()
        page.one("[data-action=silent]").click()

        assert "did not answer" in page.one("#replies [role=alert]").text

    drive(scene, settings={"ack_timeout": 0.3})


def test_each_user_sees_their_own_messages_and_what_is_for_them_alone() -> None:
    def scene(page: Page) -> None:
        page.one("#places button", "Tape").click()
        page.ask("only between us")
        page.answer()
        page.one("#places button", "research").click()
        page.ask("answer me privately")
        assert "for your eyes" in page.one("#replies .ephemeral").text

        page.one("#people label", "Ben").click()
        page.one("#people label:has(:checked)", "Ben")
        assert page.gone("#replies .ephemeral")
        assert "privately" in page.one("#messages").text
        page.one("#places button", "Tape").click()
        assert page.one("#welcome").is_displayed()
        assert "only between us" not in page.one("body").text

    drive(scene)


def test_words_to_colleagues_do_not_reach_the_bot() -> None:
    def scene(page: Page) -> None:
        page.one("#compose .chip").click()
        assert page.one("#compose .chip").get_attribute("aria-pressed") == "false"
        page.ask("lunch?")
        page.one("#replies .content", "lunch?")
        page.ask("who is in?", "#reply-box")  # the thread's own chip is still on
        page.answer()

        texts = [n.text for n in page.driver.find_elements(By.CSS_SELECTOR, "#messages .content")]
        assert texts == ["lunch?"]

    drive(scene)


def test_a_channel_with_new_words_stands_out_until_it_is_looked_at() -> None:
    def scene(page: Page) -> None:
        page.ask("send the brief")
        page.one("#places .unread", "daily-brief").click()

        assert page.one("#messages .content").text == "the brief"
        assert page.gone("#places .unread")

    drive(scene)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280], ids=["narrow", "wide"])
def test_the_page_fits_and_follows_the_systems_colours(width: int, *, dark: bool) -> None:
    def scene(page: Page) -> None:
        page.ask("fits?")
        page.answer()
        wide = "return document.scrollingElement.scrollWidth <= innerWidth"
        colour = "return getComputedStyle(document.body).backgroundColor"

        assert page.js(wide)
        assert page.js(colour) == ("rgb(26, 29, 33)" if dark else "rgb(255, 255, 255)")
        assert page.one("#reply-box").is_displayed()
        page.one("#reply-box").send_keys(Keys.ESCAPE)
        assert page.gone("#thread")

    drive(scene, width=width, dark=dark)
