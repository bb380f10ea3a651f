"""Two instances: the second harvests the first, whole then by increments; the first takes nothing back."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from digiterr.server.preparing import missing
from portal_server import udata_dataset

COMMAND = Path(sys.executable).with_name("digiterr")
WAIT = 240.0
PREFIXES = """
PREFIX adms: <http://www.w3.org/ns/adms#> PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX foaf: <http://xmlns.com/foaf/0.1/>
"""


def harvest(folder: Path, what: str, *words: str) -> dict[str, Any]:
    """`digiterr harvest` into the data folder; the account of it."""
    name = words[words.index("--name") + 1]
    done = subprocess.run(
        [COMMAND, "--lang", "en", "harvest", what, "--data-dir", folder, *words],
        cwd=folder.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "harvest" / name / "runs.jsonl").read_text().splitlines()[-1])


def records(service, name: str) -> dict[str, str]:
    """The datasets that an instance has from a portal, with their titles."""
    query = (
        f"{PREFIXES} SELECT ?d ?t {{ GRAPH <https://w3id.org/digiterr/graph/harvest-{name}> {{"
        " ?r foaf:primaryTopic ?d . ?d a dcat:Dataset ; dcterms:title ?t } }"
    )
    found = service.query(query, accept="application/sparql-results+json")
    assert found.status == 200, found.text
    return {row["d"]["value"]: row["t"]["value"] for row in found.json["results"]["bindings"]}


def wait_for_catalogue(service, folder: Path, version: int) -> None:
    """Wait until /catalog is that of a version, with all that it lists."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        reply = service.request("GET", "/catalog", accept="text/turtle")
        there = reply.status == 200 and reply.headers.get("x-digiterr-version") == str(version)
        if there and not missing(folder, version):  # dumps, once made, are in the catalogue too
            return
        time.sleep(0.5)
    pytest.fail(f"no catalogue of version {version}: {reply.status} {reply.text[:500]}")


@pytest.mark.slow
def test_two_instances_federate(tmp_path: Path, start_service) -> None:
    portal, first, second = tmp_path / "portal.json", tmp_path / "first", tmp_path / "second"

    def publish(numbers: range, **changed: str) -> None:
        datasets = [udata_dataset(n, title=changed.get(f"n{n}", f"Jeu {n}")) for n in numbers]
        portal.write_text(json.dumps({"data": datasets, "total": len(datasets), "next_page": None}))

    publish(range(250))
    assert harvest(first, str(portal), "--name", "town")["tally"]["added"] == 250
    a = start_service(first, prepared=True)
    wait_for_catalogue(a, first, 1)

    # Whole: every record, and the first instance's own datasets and services, in several pages.
    run = harvest(second, f"{a.url}/catalog", "--name", "first")
    assert run["tally"]["pages"] > 2
    assert run["tally"]["refused"] == 0
    b = start_service(second, prepared=True)
    own = records(b, "first").keys() - records(a, "town").keys()
    assert records(a, "town").items() <= records(b, "first").items()
    assert len(records(a, "town")) == 250
    assert own

    # Nothing new: the pages have not changed, no version is made.
    again = harvest(second, f"{a.url}/catalog", "--name", "first")
    assert (again["version"], again["tally"]["unchanged_pages"]) == (None, again["tally"]["pages"])

    # Increments: what came, what changed, what went; and nothing else is written.
    publish(range(3, 252), n5="Jeu 5, revu")
    assert harvest(first, str(portal), "--name", "town")["version"] == 2
    wait_for_catalogue(a, first, 2)
    run = harvest(second, f"{a.url}/catalog", "--name", "first")
    tally = run["tally"]
    # Beside those of the town, the first one's own datasets say when they last changed.
    assert (tally["withdrawn"], tally["refused"]) == (3, 0)
    assert 2 <= tally["added"] <= 2 + len(own)
    assert 1 <= tally["changed"] <= 1 + len(own)
    assert tally["unchanged"] >= 246
    until = time.monotonic() + WAIT
    while records(a, "town").items() - records(b, "first").items() and time.monotonic() < until:
        time.sleep(0.5)
    town = "https://udata.example/"
    assert {one: title for one, title in records(b, "first").items() if one.startswith(town)} == records(
        a, "town"
    )
    assert "Jeu 5, revu" in records(b, "first").values()

    # A second step that makes the same graph as a first harvest would.
    third = tmp_path / "third"
    harvest(third, f"{a.url}/catalog", "--name", "first")
    c = start_service(third, prepared=True)
    assert records(c, "first") == records(b, "first")

    # The way back: all that the second has is the first's own, or what the first has from the same portal.
    wait_for_catalogue(b, second, run["version"])
    before = records(a, "town")
    back = harvest(first, f"{b.url}/catalog", "--name", "second")
    assert back["tally"]["own"] >= len(own)
    assert back["tally"]["duplicates"] == 249
    assert records(a, "town") == before
    taken = set(records(a, "second"))
    assert not taken & (own | before.keys())
