"""A class, property, scheme or concept as a page: definition, hierarchy, uses, source, history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, render_template, request
from pyoxigraph import NamedNode

from ...ontology.errors import NotFoundError
from ...ontology.iris import TERM
from ...ontology.names import DT, OWL, RDF, RDFS, SKOS
from ...ontology.text import Text
from ...queries import library
from ...queries.model import StoredQuery
from ..contents import current_contents
from ..entity_data import FORMATS, about
from ..in_force import current
from ..language import reader_language
from ..naming import Names
from ..near_names import near_name
from ..negotiation import GRAPH_ALIASES, GRAPH_FORMATS, HTML, negotiate
from ..rendering import Cell, being_made, local_href, readable, short_iri
from ..service import service
from .lexicon import LEXICON, Entry, Lexicon

blueprint = Blueprint("terms", __name__)

_EXAMPLES: Final = 8  # things of the data on a page
_READ: Final = 40  # those that have a name are shown first
_INSTANCES: Final = f"SELECT DISTINCT ?thing WHERE {{ ?thing a ?term }} LIMIT {_READ}"
_STATEMENTS: Final = f"SELECT DISTINCT ?thing ?value WHERE {{ ?thing ?term ?value }} LIMIT {_READ}"
_POINTING: Final = f"""
SELECT DISTINCT ?thing ?property WHERE {{
  ?thing ?property ?term FILTER(isIRI(?thing) && !STRSTARTS(STR(?thing), "{TERM}"))
}} LIMIT {_READ}
"""
# What builds axioms and lists of them says nothing of the data.
_UNTOLD: Final = frozenset(one.value for one in (RDF.first, RDF.type, OWL.hasValue))


@dataclass(frozen=True, slots=True)
class Use:
    """A thing of the data that a term is used of, and what it says there."""

    thing: Cell
    property: Cell | None
    value: Cell | None


@blueprint.get("/terms/<name>")
def term(name: str) -> Response | str:
    """A class or a property by its local name; the end of the address may name a format."""
    stem, _, suffix = name.rpartition(".")
    if stem and suffix in FORMATS:
        return about(_iri(stem), FORMATS[suffix])
    wanted = negotiate(request.headers.get("Accept", ""), (HTML, *GRAPH_FORMATS), GRAPH_ALIASES)
    if wanted != HTML:
        response = about(_iri(name), wanted)
        response.vary.update(("Accept",))
        return response
    lexicon = current(LEXICON)
    if lexicon is None:
        return being_made(render_template("term.html", ready=False, title=name))
    entry = lexicon.find(TERM + name)
    if entry is None:
        raise _no_term(name)
    return term_page(entry, lexicon)


def concept_page(iri: NamedNode) -> str | None:
    """The page of a concept or a scheme; None when it is neither, or the lexicon is not made yet."""
    lexicon = current(LEXICON)
    entry = lexicon.find(iri.value) if lexicon else None
    return term_page(entry, lexicon) if lexicon and entry else None


def term_page(entry: Entry, lexicon: Lexicon) -> str:
    """The page of a term of the lexicon."""
    language = reader_language()
    schemes = [found for iri in entry.values(SKOS.inScheme) if (found := lexicon.find(iri))]
    modules = [found for iri in entry.values(RDFS.isDefinedBy) if (found := lexicon.find(iri))]
    uses = {name: count for name, count in entry.uses.items() if name not in _UNTOLD}
    return render_template(
        "term.html",
        ready=True,
        title=entry.label(language),
        entry=entry,
        lexicon=lexicon,
        modules=modules,
        schemes=schemes,
        trail=_trail(entry, lexicon),
        types=[found for iri in entry.values(RDF.type) if (found := lexicon.find(iri))],
        ranges=_named(entry.values(RDFS.range), lexicon),
        domains=_named(entry.values(RDFS.domain), lexicon),
        inverses=_named(
            (*entry.values(OWL.inverseOf), *(one.iri for one in _inverse(entry, lexicon))), lexicon
        ),
        related=_named(entry.values(SKOS.related), lexicon),
        origins=_named(entry.values(DT.termStatus), lexicon),
        count=_count(entry),
        uses=[
            (lexicon.find(name) or name, count)
            for name, count in sorted(uses.items(), key=lambda item: -item[1])
        ],
        examples=_uses(entry),
        queries=_queries(entry),
        shapes=[
            (short_iri(iri).rpartition("#")[2], lexicon.shapes[iri])
            for iri in entry.shapes
            if iri in lexicon.shapes
        ],
        formats=[(suffix, f"{local_href(entry.iri)}.{suffix}") for suffix in FORMATS],
    )


def _trail(entry: Entry, lexicon: Lexicon) -> list[Entry]:
    """The terms above, the furthest first, along the first of each one's parents."""
    found: list[Entry] = []
    up = lexicon.above(entry)
    while up and up[0] not in found and up[0] is not entry:
        found.insert(0, up[0])
        up = lexicon.above(up[0])
    return found


def _named(iris: Iterable[str], lexicon: Lexicon) -> list[Cell]:
    return [Cell(_label(iri, lexicon), local_href(iri), title=iri) for iri in dict.fromkeys(iris)]


def _label(iri: str, lexicon: Lexicon) -> str:
    found = lexicon.find(iri)
    return found.label(reader_language()) if found else readable(iri)


def _inverse(entry: Entry, lexicon: Lexicon) -> list[Entry]:
    return [one for one in lexicon.of_kind("relation") if entry.iri in one.values(OWL.inverseOf)]


def _count(entry: Entry) -> int | None:
    """Things of a class, statements of a property, statements that point to a concept; None: not counted."""
    if entry.kind in ("concept", "scheme"):
        return sum(count for name, count in entry.uses.items() if name not in _UNTOLD)
    held = current_contents()
    if held is None or held.counts is None:
        return None
    counts = held.counts.classes if entry.kind == "class" else held.counts.properties
    return counts.get(entry.iri, 0)


def _uses(entry: Entry) -> list[Use]:
    engine = service().engine
    iri = NamedNode(entry.iri)
    if entry.kind == "scheme":
        return []
    text = _INSTANCES if entry.kind == "class" else _POINTING if entry.kind == "concept" else _STATEMENTS
    rows = engine.select(text, {"term": iri}).rows
    names = Names(engine, (cell for row in rows for cell in row))
    rows = sorted(rows, key=lambda row: row[0] is None or not names.has(row[0]))[:_EXAMPLES]
    if entry.kind == "class":
        return [Use(names.cell(row[0]), None, None) for row in rows]
    if entry.kind == "concept":
        return [Use(names.cell(row[0]), names.cell(row[1]), None) for row in rows]
    grouped = iri not in (DT.referenceYear, DT.startYear, DT.endYear)
    return [Use(names.cell(row[0]), None, names.cell(row[1], grouped=grouped)) for row in rows]


def _queries(entry: Entry) -> list[StoredQuery]:
    held = {query.name: query for query in library.all_queries()}
    return [held[name] for name in entry.queries if name in held]


def _iri(name: str) -> NamedNode:
    try:
        return NamedNode(TERM + name)
    except ValueError:
        raise _no_term(name) from None


def _no_term(name: str) -> NotFoundError:
    shown = name[:80]
    return NotFoundError(
        Text(f"L’ontologie n’a pas de terme « {shown} ».", f"The ontology has no term “{shown}”."),
        near_name(f"terms/{name}") or Text("Voyez la liste : /ont", "See the list: /ont"),
    )
