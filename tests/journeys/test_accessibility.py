"""axe finds nothing to say of any kind of page: in French and English, light and dark, at desk and phone width.

https://github.com/dequelabs/axe-core: the rules of WCAG 2.2, A and AA, and its own best practices.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("published")]

SIZES: Final = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
# The two languages share their style: the second is tried in the two looks that together have it all.
LOOKS: Final = {
    "fr": (("desk", "light"), ("desk", "dark"), ("phone", "light"), ("phone", "dark")),
    "en": (("desk", "light"), ("phone", "dark")),
}
DT: Final = "https://w3id.org/digiterr/ont#"
PROJECT: Final = "<https://w3id.org/digiterr/id/project-D>"
TYPE: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def _asked(text: str) -> str:
    return f"/sparql?{urlencode({'query': text, 'format': 'html'})}"


# An address for each kind of page.
KINDS: Final = {
    "home": "/",
    "cases": "/cases",
    "case": "/cases/A",
    "compare": "/cases/compare",
    "territories": "/territories",
    "territories-found": "/territories?q=Tarbes",
    "commune": "/territories/terr-commune-65440",
    "department": "/territories/terr-department-65",
    "region": "/territories/terr-region-76",
    "epci": "/territories/terr-epci-200069300",
    "map": "/territories/map",
    "coverage": "/coverage?class=CaseStudy",
    "questions": "/queries",
    "question-table": "/queries/regions-at-a-glance",
    "question-timeline": "/queries/project-durations",
    "question-parameter": "/queries/commune-profile",
    "question-not-stated": "/queries/leadership-levels-of-cases",
    "sparql": "/sparql",
    "sparql-table": _asked(f"SELECT * {{ ?case a <{DT}CaseStudy> ; ?p ?o }} LIMIT 20"),
    "sparql-boolean": _asked("ASK {}"),
    "sparql-graph": _asked(f"CONSTRUCT WHERE {{ ?case a <{DT}CaseStudy> }}"),
    "sparql-error": _asked("SELECT * {"),
    "entity": "/id/case-A.html",
    "entity-project": "/id/project-D.html",
    "ontology": "/ont",
    "module": "/ont/value",
    "class": "/terms/CaseStudy",
    "property": "/terms/caseProject",
    "concept": "/voc/value-economic.html",
    "shapes": "/shapes",
    "why": "/why?" + urlencode({"s": PROJECT, "p": TYPE, "o": f"<{DT}IntermunicipalProject>"}),
    "search": "/search",
    "search-found": "/search?q=Tarbes",
    "reconciliation": "/reconcile/documentation",
    "embedded-chart": "/embed/queries/regions-at-a-glance",
    "catalog": "/catalog",
    "dumps": "/dumps",
    "versions": "/versions",
    "version": "/versions/1",
    "harvest": "/harvest",
    "not-found": "/nowhere",
}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing(open_page, picture, kind: str, language: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(KINDS[kind], language, missing=kind in ("not-found", "sparql-error"))
    assert page.get_attribute("html", "lang") == language
    found: dict[str, str] = {}
    for size, scheme in LOOKS[language]:
        page.set_viewport_size(SIZES[size])
        page.emulate_media(color_scheme=scheme)
        if language == "fr" or (size, scheme) == ("desk", "light"):
            picture(page, f"{kind}-{language}-{size}-{scheme}")
        for violation in Axe().run(page).response["violations"]:
            nodes = "; ".join(
                f"{node['html'][:150]} ({node['failureSummary'][:200]})" for node in violation["nodes"][:3]
            )
            found.setdefault(violation["id"], f"{size}, {scheme}: {violation['help']}: {nodes}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
            f"{size}: it scrolls sideways"
        )
    assert not found
