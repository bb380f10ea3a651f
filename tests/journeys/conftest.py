"""A browser before the whole shipped build: Debian's Chromium, driven by Playwright, and the pictures it takes.

`SCREENSHOTS` names the folder of the pictures (else pytest's own); `SITE` the address of a service that runs
already, to be visited instead of one started here.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
OpenPage = Callable[..., Any]


@pytest.fixture(scope="session")
def prepared_service(start_service: Callable[..., Any], published: Path, tmp_path_factory: Any) -> Any:
    """A service over the whole shipped build, with all that is prepared for its answers and pages."""
    from digiterr.server.preparing import prepare

    folder = tmp_path_factory.mktemp("site") / "var"
    left = shutil.ignore_patterns("run", "staging")
    shutil.copytree(published, folder, symlinks=True, copy_function=os.link, ignore=left)
    failed = [one.failed.en for one in prepare(folder, 1) if one.failed]
    assert not failed
    return start_service(folder)


@pytest.fixture(scope="session")
def site(request: pytest.FixtureRequest) -> str:
    """The address of such a service."""
    given = os.environ.get("SITE")
    return given.rstrip("/") if given else request.getfixturevalue("prepared_service").url


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A headless Chromium; tests are skipped where there is none."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium (Debian package chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Any, site: str) -> Iterator[OpenPage]:
    """Opens a page of the site in a window of its own: language, size, light or dark, with scripts or without.

    An error in the console, or a request that leaves the site, fails the test.
    """
    contexts: list[Any] = []
    troubles: list[str] = []

    def open_(
        path: str = "/",
        language: str = "fr",
        *,
        size: str = "desk",
        scheme: str = "light",
        scripts: bool = True,
        missing: bool = False,
    ) -> Any:
        context = browser.new_context(
            base_url=site,
            locale={"fr": "fr-FR", "en": "en-GB"}[language],
            viewport=SIZES[size],
            color_scheme=scheme,
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        contexts.append(context)
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
        if not missing:  # the browser logs the status of a problem as an error
            page.on(
                "console", lambda said: said.type != "error" or troubles.append(f"{page.url}: {said.text}")
            )
        page.on(
            "request", lambda sent: _stays(site, sent.url) or troubles.append(f"{page.url} asked {sent.url}")
        )
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)


def _stays(site: str, address: str) -> bool:
    return address.startswith((site + "/", "data:", "blob:"))


@pytest.fixture(scope="session")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Any, str], None]:
    """Keeps a picture of a page under a name."""
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)

    def take(page: Any, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png", full_page=True)

    return take
