"""What tests of pages share: a page as a browser gets it, and small graphs written for a test."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from digiterr.ontology.iris import graph_iri
from digiterr.ontology.modules import read_ontology
from digiterr.server.preparing import prepare_one
from digiterr.store.model import GraphChange
from digiterr.store.versions import Versions
from pyoxigraph import RdfFormat, parse, serialize

Page = Callable[[Any, str], str]
Publish = Callable[[Mapping[str, str]], Path]


@pytest.fixture(scope="session")
def page() -> Page:
    """The text of a page, once what it is made of is prepared; it keeps to the policy of the pages."""

    def text(service, path: str) -> str:
        until = time.monotonic() + 120
        while True:
            reply = service.request("GET", path, accept="text/html")
            if "data-being-made" not in reply.text:
                break
            assert reply.status == 200 or reply.headers["retry-after"], reply.text
            assert time.monotonic() < until, service.log[-3:]
            time.sleep(0.2)
        assert reply.status == 200, reply.text
        assert "style=" not in reply.text
        assert not re.search(r"<script(?![^>]* (?:src=|type=\"application/ld\+json\"))", reply.text)
        return reply.text.replace("<wbr>", "")

    return text


@pytest.fixture(scope="session")
def publish(tmp_path_factory: pytest.TempPathFactory) -> Publish:
    """Publishes the ontology and graphs given in Turtle by the name of their source; the data folder."""

    def published(graphs: Mapping[str, str]) -> Path:
        folder = tmp_path_factory.mktemp("graphs")
        contents = {
            "ontology": parse(read_ontology().serialize(format="nt"), RdfFormat.N_TRIPLES),
            **{name: parse(turtle, RdfFormat.TURTLE) for name, turtle in graphs.items()},
        }
        changes = []
        for name, quads in contents.items():
            path = folder / f"{name}.nt"
            serialize((quad.triple for quad in quads), str(path), RdfFormat.N_TRIPLES)
            changes.append(GraphChange(graph_iri(name).value, path))
        versions = Versions(folder / "var")
        versions.prepare()
        versions.publish(changes)
        return folder / "var"

    return published


@pytest.fixture(scope="session")
def france(published: Path, start_service: Callable[..., Any]) -> Any:
    """A service over all that the project ships, with its index of names (group "published")."""
    version = Versions(published).current_number()
    assert version
    assert prepare_one("search", published, version).failed is None
    return start_service(published)
