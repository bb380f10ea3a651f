"""What the tests of harvests share: a portal that they tell what to serve, and a process that reads pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from digiterr.loaders.harvest.reader import PageReader
from portal_server import PortalServer


@pytest.fixture
def portal() -> Iterator[PortalServer]:
    server = PortalServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def page_reader() -> Iterator[PageReader]:
    with PageReader() as reader:
        yield reader
