"""Why the graph says something, as a page and as JSON: the derivation of one triple."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ..ontology.errors import InputError
from ..ontology.text import Text
from ..queries.labels import labels_of
from ..queries.why import Explanation, Triple, why
from ..store.model import Term
from .language import reader_language
from .negotiation import HTML, negotiate
from .rendering import Cell, local_href, readable
from .service import service

blueprint = Blueprint("why", __name__)

JSON: Final = "application/json"
_MAX_TERM: Final = 20_000  # characters


def explanation_href(subject: Term | None, predicate: Term | None, value: Term | None) -> str:
    """The address of a triple's explanation; its terms are written as in N-Triples."""
    return "/why?" + urlencode({"s": str(subject), "p": str(predicate), "o": str(value)})


@blueprint.get("/why")
def explain() -> Response:
    """The explanation of the triple `s`, `p`, `o`, each in N-Triples; 404 when the graph has it not."""
    triple = _triple()
    wanted = negotiate(request.headers.get("Accept", ""), (HTML, JSON), {})
    found = why(service().engine, triple)
    status = 200 if found.holds else 404
    if wanted == JSON:
        text = json.dumps(asdict(found), ensure_ascii=False, default=str)
        response = make_response(text, status)
        response.mimetype = JSON
    else:
        terms = {term for one in found.triples() for term in (one.subject, one.predicate, one.object)}
        iris = {term.value for term in terms if isinstance(term, NamedNode)} | set(_named(found))
        labels = labels_of(service().engine, sorted(iris), reader_language())
        page = render_template(
            "why.html",
            found=found,
            show=lambda term: _cell(term, labels),
            named=lambda iri: _cell(NamedNode(iri), labels),
        )
        response = make_response(page, status)
    response.vary.update(("Accept",))
    return response


def _triple() -> Triple:
    """The triple asked about, read as one line of N-Triples."""
    parts = [request.args.get(name, "") for name in "spo"]
    line = " ".join(parts)
    if not all(parts) or len(line) > _MAX_TERM or "\n" in line:
        raise _unreadable(line)
    try:
        quads = list(parse(f"{line} .", format=RdfFormat.N_TRIPLES))
    except (SyntaxError, ValueError):
        raise _unreadable(line) from None
    if len(quads) != 1:
        raise _unreadable(line)
    subject, predicate, value = quads[0].subject, quads[0].predicate, quads[0].object
    if not isinstance(subject, NamedNode) or not isinstance(value, NamedNode | Literal):
        raise _unreadable(line)
    return Triple(subject, predicate, value)


def _named(found: Explanation) -> Iterator[str]:
    """The graphs, statuses and axioms that an explanation names."""
    yield from (origin.graph for origin in found.origins)
    yield from (citation.status for citation in found.citations)
    if found.construct:
        yield found.construct
    for premise in found.premises:
        yield from _named(premise)


def _unreadable(line: str) -> InputError:
    shown = line[:200]
    return InputError(
        Text(fr=f"« {shown} » n’est pas un triplet.", en=f"“{shown}” is not a triple."),
        Text(
            fr="Donnez s, p et o en N-Triples : trois <iri>, ou un littéral en o, mais pas de nœud anonyme.",
            en="Give s, p and o in N-Triples: three <iri>s, or a literal as o, but no blank node.",
        ),
    )


def _cell(term: Term, labels: dict[str, str]) -> Cell:
    if isinstance(term, NamedNode):
        return Cell(labels.get(term.value) or readable(term.value), local_href(term.value), title=term.value)
    return Cell(term.value, language=getattr(term, "language", None))
