"""An answer in the formats it travels in. One table here names them, with their media types.

JSON is W3C's SPARQL 1.1 Query Results JSON Format with members added (title, columns, labels, evidence): any
SPARQL client reads it. XML and TSV are W3C's formats. CSV has a column more for each column of IRIs,
`<name>Label`. Turtle is the result set vocabulary of W3C's SPARQL tests. Terms are written by pyoxigraph.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    RdfFormat,
    Triple,
    parse_query_results,
    serialize,
)

from ..ontology.iris import CONCEPT, DATA, TERM
from ..ontology.names import DCTERMS, PROV, RDF, RDFS, RS, XSD
from ..ontology.text import Text
from ..store.model import Term
from .cells import heading, number, reading
from .model import Column, Evidence, StoredAnswer

PROVENANCE: Final = Text("Provenance", "Provenance")
_FROM: Final = Text("calculé ({}) sur {}", "computed ({}) from {}")
_SLIDE: Final = Text("diapositive {}", "slide {}")
_QUOTE: Final = Text("«\u00a0{}\u00a0»", "“{}”")


def as_json(answer: StoredAnswer) -> str:
    """SPARQL 1.1 Query Results JSON, with what the question and its columns mean."""
    language = answer.language
    query = answer.query
    document: dict[str, Any] = {
        "name": query.name,
        "title": query.title.in_language(language),
        "question": query.question.in_language(language),
        "language": language,
        "version": answer.version,
        "view": query.view,
        "columns": [
            {
                "name": column.name,
                "label": column.label.in_language(language),
                "unit": column.unit.in_language(language) if column.unit else None,
                "absent": column.absent.in_language(language),
            }
            for column in query.columns
        ],
        "arguments": {
            name: [getattr(term, "value", None) for term in terms] for name, terms in answer.arguments.items()
        },
        "page": {"start": answer.start, "rows": len(answer.rows), "more": answer.more},
        "labels": dict(answer.labels),
    }
    if query.silence is not None and not answer.rows:
        document["silence"] = query.silence.in_language(language)
    if answer.evidence is not None:
        document["sources"] = [
            {
                "iri": one.iri,
                "title": one.title,
                "edition": one.edition,
                "licence": one.licence,
                "licenceName": one.licence_name,
                "page": one.page,
            }
            for one in answer.cited
        ]
        document["evidence"] = [[_json_evidence(one) for one in row] for row in answer.evidence]
    # Last, for some readers take nothing after the bindings.
    document["head"] = {"vars": [column.name for column in query.columns]}
    document["results"] = {
        "bindings": [
            {
                column.name: json_term(cell)
                for column, cell in zip(query.columns, row, strict=True)
                if cell is not None
            }
            for row in answer.rows
        ]
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def json_term(cell: Term) -> dict[str, str]:
    """A term in the SPARQL results JSON format (section 3.2.2)."""
    match cell:
        case NamedNode():
            return {"type": "uri", "value": cell.value}
        case BlankNode():
            return {"type": "bnode", "value": cell.value}
        case Literal():
            term = {"type": "literal", "value": cell.value}
            if cell.language:
                return term | {"xml:lang": cell.language}
            if cell.datatype != XSD.string:
                return term | {"datatype": cell.datatype.value}
            return term


def _json_evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "thing": evidence.thing or None,
        "source": evidence.source.title,
        "sourceIri": evidence.source.iri,
        "record": evidence.record,
        "slide": evidence.slide,
        "quote": evidence.quote,
        "status": evidence.status,
        "graph": evidence.graph,
        "page": evidence.page,
        "computed": list(evidence.computed),
    }


def as_csv(answer: StoredAnswer) -> str:
    """RFC 4180 rows under the names of the columns; labels and evidence in columns of their own."""
    named = _columns_with_iris(answer)
    header = [
        name for i, column in enumerate(answer.query.columns) for name in _csv_names(column, i in named)
    ]
    if answer.evidence is not None:
        header.append("evidence")
    out = io.StringIO()
    writer = csv.writer(out)  # RFC 4180: CRLF ends a row
    writer.writerow(header)
    evidence = tuple(evidence_readings(answer))
    for position, row in enumerate(answer.rows):
        cells: list[str] = []
        for i, cell in enumerate(row):
            value = "" if cell is None else cell.value
            cells.append(value)
            if i in named:
                cells.append(answer.labels.get(value, ""))
        if answer.evidence is not None:
            cells.append("; ".join(evidence[position]))
        writer.writerow(cells)
    return out.getvalue()


def _csv_names(column: Column, with_label: bool) -> Sequence[str]:
    return (column.name, column.name + "Label") if with_label else (column.name,)


def _columns_with_iris(answer: StoredAnswer) -> frozenset[int]:
    return frozenset(i for row in answer.rows for i, cell in enumerate(row) if isinstance(cell, NamedNode))


def as_turtle(answer: StoredAnswer) -> str:
    """The rows in W3C's result set vocabulary; with evidence, each names its sources and its records."""
    result = BlankNode("answer")
    triples = [Triple(result, RDF.type, RS.ResultSet)]
    triples += [Triple(result, RS.resultVariable, Literal(column.name)) for column in answer.query.columns]
    for index, row in enumerate(answer.rows, start=answer.start + 1):
        solution = BlankNode(f"row{index}")
        triples.append(Triple(result, RS.solution, solution))
        triples.append(Triple(solution, RS.index, Literal(index)))
        for column, cell in zip(answer.query.columns, row, strict=True):
            if cell is not None:
                binding = BlankNode(f"row{index}{column.name}")
                triples.append(Triple(solution, RS.binding, binding))
                triples.append(Triple(binding, RS.variable, Literal(column.name)))
                triples.append(Triple(binding, RS.value, cell))
        for one in answer.evidence[index - answer.start - 1] if answer.evidence is not None else ():
            triples.append(Triple(solution, DCTERMS.source, NamedNode(one.source.iri)))
            if one.record is not None:
                triples.append(Triple(solution, PROV.wasDerivedFrom, NamedNode(one.record)))
    triples += [Triple(NamedNode(iri), RDFS.label, Literal(label)) for iri, label in answer.labels.items()]
    triples += [Triple(NamedNode(one.iri), RDFS.label, Literal(one.title)) for one in answer.cited]
    written = serialize(
        triples,
        format=RdfFormat.TURTLE,
        prefixes={
            "rs": RS.NAMESPACE,
            "rdfs": RDFS.NAMESPACE,
            "xsd": XSD.NAMESPACE,
            "dcterms": DCTERMS.NAMESPACE,
            "prov": PROV.NAMESPACE,
            "dt": TERM,
            "dtv": CONCEPT,
            "dtd": DATA,
        },
    )
    return (written or b"").decode()


def as_markdown(answer: StoredAnswer) -> str:
    """A table of GitHub Flavored Markdown, numbers to the right."""
    columns = answer.query.columns
    right = [any(number(row[i]) is not None for row in answer.rows) for i in range(len(columns))]
    provenance = [] if answer.evidence is None else [PROVENANCE.in_language(answer.language)]
    lines = [
        _markdown_row([*(heading(column, answer.language) for column in columns), *provenance]),
        _markdown_row(
            ["---:" if to_the_right else "---" for to_the_right in right] + ["---"] * len(provenance)
        ),
        *(
            _markdown_row([*cells, "; ".join(evidence)] if provenance else cells)
            for cells, evidence in zip(readings(answer), evidence_readings(answer), strict=True)
        ),
    ]
    return "\n".join(lines) + "\n"


def _markdown_row(cells: Iterable[str]) -> str:
    return (
        "| "
        + " | ".join(cell.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ") for cell in cells)
        + " |"
    )


def readings(answer: StoredAnswer) -> Iterable[tuple[str, ...]]:
    """The rows as a person reads them."""
    return (
        tuple(reading(answer, column, cell) for column, cell in zip(answer.query.columns, row, strict=True))
        for row in answer.rows
    )


def evidence_readings(answer: StoredAnswer) -> Iterable[tuple[str, ...]]:
    """The evidence of each row as a person reads it, each line once; none where it was not asked for."""
    return (
        tuple(dict.fromkeys(evidence_reading(answer, one) for one in row))
        for row in answer.evidence or ((),) * len(answer.rows)
    )


def evidence_reading(answer: StoredAnswer, evidence: Evidence) -> str:
    """One line for one piece of evidence: what is computed, source and edition, place, words, status."""
    language = answer.language
    edition = evidence.source.edition
    computed = [
        column.label.in_language(language)
        for column in answer.query.columns
        if column.name in evidence.computed
    ]
    source = f"{evidence.source.title} ({edition})" if edition else evidence.source.title
    parts = (
        _FROM.in_language(language).format(", ".join(computed), source) if computed else source,
        _SLIDE.in_language(language).format(evidence.slide) if evidence.slide is not None else None,
        _QUOTE.in_language(language).format(evidence.quote) if evidence.quote else None,
        evidence.record if evidence.slide is None else None,
        evidence.page,
        evidence.status if not computed else None,
    )
    return ", ".join(part for part in parts if part)


def as_xml(answer: StoredAnswer) -> str:
    """SPARQL Query Results XML Format."""
    return _by_the_library(answer, QueryResultsFormat.XML)


def as_tsv(answer: StoredAnswer) -> str:
    """SPARQL 1.1 Query Results TSV Format: terms as Turtle writes them."""
    return _by_the_library(answer, QueryResultsFormat.TSV)


def _by_the_library(answer: StoredAnswer, results_format: QueryResultsFormat) -> str:
    solutions = parse_query_results(as_json(answer), format=QueryResultsFormat.JSON)
    return (solutions.serialize(format=results_format) or b"").decode()


WRITERS: Final[dict[str, tuple[str, Callable[[StoredAnswer], str]]]] = {
    "json": ("application/sparql-results+json", as_json),
    "csv": ("text/csv; charset=utf-8", as_csv),
    "ttl": ("text/turtle; charset=utf-8", as_turtle),
    "tsv": ("text/tab-separated-values; charset=utf-8", as_tsv),
    "xml": ("application/sparql-results+xml", as_xml),
    "markdown": ("text/markdown; charset=utf-8", as_markdown),
}
