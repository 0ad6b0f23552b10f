"""One browser for all tests of pages."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.browser.chromium import Browser, Page, chromium


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A Chromium that runs."""
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A tab of its own for each test."""
    async with browser.page() as tab:
        yield tab
