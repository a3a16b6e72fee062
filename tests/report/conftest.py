"""What all tests of the report in a real browser share. JIANBAO is the program, JIANBAO_BROWSER a Chromium."""

import os

import pytest
from playwright.sync_api import sync_playwright


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        # Without its own sandbox: tests may run in a container, and the pages are ours.
        browser = playwright.chromium.launch(executable_path=os.environ["JIANBAO_BROWSER"], args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, report):
    """Opens a page of the report in a fresh profile; whatever the browser complains of fails the test."""
    contexts, said = [], []

    def open_page(path, lang="zh-CN", scheme="light", size=(1360, 860)):
        context = browser.new_context(
            locale=lang, color_scheme=scheme, viewport={"width": size[0], "height": size[1]}
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: request.url.startswith("file:") or said.append(request.url))
        page.goto(f"{report}/{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []
