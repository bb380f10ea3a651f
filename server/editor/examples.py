"""What one can begin from: the stored questions, and of each class a query of its things.

`/sparql?example=NAME` leads to the query of that name, asked: a stored question's, or a class's under its
short name (`dt:CaseStudy`).
"""

from __future__ import annotations

from functools import cache
from typing import Final

from ...ontology.errors import NotFoundError
from ...ontology.names import DT, RDFS, SKOS
from ...ontology.text import Text
from ...queries import library
from ...queries.model import StoredQuery
from ...queries.reading import without_header
from ..contents import current_contents
from ..coverage_reading import COVERAGE, CoveredClass
from ..in_force import current
from ..rendering import PREFIXES, short_iri
from .demanded import mandatory

SHELVES: Final = (
    Text("La recherche et ses cas", "The study and its cases"),
    Text("La France entière", "All of France"),
)
_DEMANDED: Final = 4  # properties that nearly every thing has, in the query of a class
_OPTIONAL: Final = 3  # and of those that some have
_RARE, _USUAL = 0.02, 0.95  # shares of a class's things
_NAMES: Final = frozenset({RDFS.label.value, SKOS.prefLabel.value, SKOS.altLabel.value})


def shelves() -> tuple[tuple[Text, tuple[StoredQuery, ...]], ...]:
    """The stored questions by shelf."""
    found = library.all_queries()
    study = tuple(query for query in found if query.number)
    return tuple(zip(SHELVES, (study, tuple(query for query in found if not query.number)), strict=True))


def example(name: str) -> str:
    """The query of that name. Raises NotFoundError, with the nearest name."""
    if name.startswith("dt:"):
        return _of_class(DT.NAMESPACE + name.removeprefix("dt:"))
    return text_of(library.find(name))


def text_of(query: StoredQuery) -> str:
    """A stored query as it stands in the editor."""
    return without_header(query.text).strip() + "\n"


def question_of(text: str) -> Text | None:
    """The question that a text answers, when it is a stored query's, unchanged."""
    return _questions().get(text.replace("\r\n", "\n").strip())


@cache
def _questions() -> dict[str, Text]:
    return {text_of(query).strip(): query.question for query in library.all_queries()}


def _of_class(iri: str) -> str:
    """The things of a class, with what each states, and what some state."""
    coverage, contents = current(COVERAGE), current_contents()
    covered = {one.iri: one for one in coverage.classes} if coverage else {}
    counted = contents.counts.classes if contents and contents.counts else None
    local = iri.removeprefix(DT.NAMESPACE)
    # While they are being counted, any class will do.
    if not local.isidentifier() or (counted is not None and iri not in counted):
        raise NotFoundError(
            Text(
                f"aucune classe ne s’appelle « {short_iri(iri)} ».", f"no class is called '{short_iri(iri)}'."
            ),
            Text("Leur liste est à /coverage.", "They are listed at /coverage."),
        )
    every, some = _properties(covered[iri]) if iri in covered else ((), ())
    thing = f"?{local[0].lower()}{local[1:]}"
    taken, lines = {thing}, list[str]()
    for one in every:
        lines.append(f" ;\n    {short_iri(one)} {_variable(one, taken)}")
    lines.append(" .\n")
    lines += [f"  OPTIONAL {{ {thing} {short_iri(one)} {_variable(one, taken)} }}\n" for one in some]
    used = {name.partition(":")[0] for name in map(short_iri, (iri, *every, *some))}
    prologue = "".join(
        f"PREFIX {prefix} <{namespace}>\n"
        for namespace, prefix in PREFIXES.items()
        if prefix.rstrip(":") in used
    )
    return f"{prologue}\nSELECT * WHERE {{\n  {thing} a {short_iri(iri)}{''.join(lines)}}}\nLIMIT 100\n"


def _properties(one: CoveredClass) -> tuple[list[str], list[str]]:
    """Those that nearly all things of a class have, and those that some have: the first few of each."""
    demanded = mandatory().get(one.iri, ())
    counts = {
        iri: min(one.things, sum(by_source.values()))
        for iri, by_source in one.properties.items()
        if iri not in _NAMES and not short_iri(iri).startswith("http")
    }
    rare, usual = one.things * _RARE, one.things * _USUAL
    ranked = sorted(counts, key=lambda iri: (iri not in demanded, -counts[iri], iri))
    every = [iri for iri in ranked if counts[iri] >= usual]
    some = [iri for iri in ranked if rare < counts[iri] < usual]
    return every[:_DEMANDED], some[:_OPTIONAL]


def _variable(iri: str, taken: set[str]) -> str:
    """A variable called as a property, unless another is."""
    local = short_iri(iri).partition(":")[2]
    name, number = f"?{local}", 2
    while name in taken:
        name, number = f"?{local}{number}", number + 1
    taken.add(name)
    return name
