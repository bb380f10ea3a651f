"""A stored question as a page: its parameters as a form, its answer as a table, its evidence by row."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from ..loaders.matching.names import fold
from ..ontology.errors import DigiTerrError
from ..ontology.text import LANGUAGES
from ..queries import library
from ..queries.arguments import filled, read_arguments, written
from ..queries.cells import heading, number, reading
from ..queries.charts.specification import VIEWS, views_of
from ..queries.labels import iris_in
from ..queries.model import Choice, CitedSource, Evidence, StoredAnswer, StoredQuery
from ..queries.reading import without_header
from ..queries.running import choices, run
from ..queries.themes import THEMES
from .description import base_url
from .editor.snippets import Columns, Snippet, columns_of, of_address
from .language import reader_language
from .problems import problem_document
from .rendering import Cell, local_href
from .service import service
from .stored_queries import kept_answers

blueprint = Blueprint("questions", __name__)

ROWS_ON_A_PAGE: Final = 200
LONGEST_FILTER: Final = 200  # characters
Choices = Mapping[str, tuple[Choice, ...]]  # by the name of the parameter


@blueprint.get("/queries")
def questions() -> str:
    """The stored questions by theme; with `q`, those that have all its words in either language."""
    asked = _plain(request.args.get("q", "")).strip()[:LONGEST_FILTER]
    words = fold(asked).split()
    found = [query for query in library.all_queries() if _has(query, words)]
    by_theme = [
        (theme, label, [query for query in found if query.theme == theme]) for theme, label in THEMES.items()
    ]
    return render_template(
        "questions.html", asked=asked, found=found, themes=[one for one in by_theme if one[2]], names=VIEWS
    )


def _plain(value: str) -> str:
    """What was given, as a page may show it: without control characters."""
    return "".join("\ufffd" if unicodedata.category(sign) == "Cc" else sign for sign in value)


def _has(query: StoredQuery, words: Sequence[str]) -> bool:
    """Whether each word is in what is said of a query, without regard to accents and case."""
    return all(word in _said(query.name) for word in words)


@cache
def _said(name: str) -> str:
    """Name, number, title, question, keywords and theme of a query, in both languages, without accents."""
    query = library.find(name)
    theme = THEMES.get(query.theme or "")
    texts = (query.title, query.question, *([theme] if theme else ()))
    said = [text.in_language(language) for text in texts for language in LANGUAGES]
    said += [word for words in query.keywords.values() for word in words]
    return fold(" ".join((name, str(query.number or ""), *said)))


@blueprint.get("/queries/<name>")
def question(name: str) -> tuple[str, int]:
    """One question: asked with the parameters of the address, or with its own."""
    query = library.find(name)
    names = {parameter.name for parameter in query.parameters}
    given = {
        key: values
        for key in request.args
        if key in names and (values := [_plain(value) for value in request.args.getlist(key) if value])
    }
    start = max(0, request.args.get("start", 0, type=int))
    engine = service().engine
    error: DigiTerrError | None = None
    answer: StoredAnswer | None = None
    text = without_header(query.text)
    try:
        text = without_header(filled(query, read_arguments(query, given)))
        answer = run(
            engine,
            query,
            given,
            reader_language(),
            start=start,
            size=ROWS_ON_A_PAGE,
            evidence=True,
            kept=kept_answers(),
        )
    except DigiTerrError as problem:
        error = problem
    otherwise = answer is not None and any(
        answer.arguments[one.name] != one.default for one in query.parameters
    )
    views = views_of(engine, answer) if answer else ("table",)
    view = request.args.get("view", query.view)
    page = render_template(
        "question.html",
        views=views,
        view=view if view in views else views[0],
        names=VIEWS,
        address=lambda extension=None, **more: _address(query, given, extension, more),
        snippets=_snippets(query, given, answer),
        query=query,
        otherwise=otherwise,
        given=given,
        defaults={
            one.name: [written(query, one, term) for term in one.default if term is not None]
            for one in query.parameters
        },
        choices=_choices(query, answer),
        answer=answer,
        headings=[heading(column, reader_language()) for column in query.columns],
        rows=answer_rows(answer) if answer else [],
        places=[places(evidence) for evidence in (answer and answer.evidence) or ()],
        cited=answer.cited if answer else (),
        text=text,
        start=start,
        size=ROWS_ON_A_PAGE,
        problem=problem_document(error) if error else None,
        error=error,
    )
    return page, error.status if error else 200


def _choices(query: StoredQuery, answer: StoredAnswer | None) -> Choices:
    """What each parameter may be. In a version of a known number it is found once, for it does not change."""
    if answer is None:
        return {}
    return _choices_in(query.name, answer.version) if answer.version else _found_choices(query.name)


@lru_cache(maxsize=128)
def _choices_in(name: str, _version: int) -> Choices:
    return _found_choices(name)


def _found_choices(name: str) -> Choices:
    query = library.find(name)
    return {one.name: choices(service().engine, one, query) for one in query.parameters}


def _address(
    query: StoredQuery, given: Mapping[str, Sequence[str]], extension: str | None, more: Mapping[str, str]
) -> str:
    """Where the answer stands in a format, or as a page."""
    pairs = [*_pairs(given), *more.items()]
    path = f"/queries/{query.name}" + (f".{extension}" if extension else "")
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _snippets(
    query: StoredQuery, given: Mapping[str, Sequence[str]], answer: StoredAnswer | None
) -> tuple[Snippet, ...]:
    base = base_url().rstrip("/")
    language = {"lang": reader_language()}
    whole = base + _address(query, given, "csv", language)
    columns = columns_of((one.name for one in query.columns), answer.rows) if answer else Columns()
    return of_address(f"{base}/queries/{query.name}.csv", [*_pairs(given), *language.items()], whole, columns)


def _pairs(given: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in given.items() for value in values]


@dataclass(frozen=True, slots=True)
class Place:
    """What answers for a row, as the page shows it: a slide with its quotes, records, or a computation."""

    source: CitedSource
    slide: int | None
    quotes: tuple[str, ...]
    records: tuple[str, ...]
    pages: tuple[str, ...]
    statuses: tuple[str, ...]
    computed: bool


def places(evidence: Sequence[Evidence]) -> list[Place]:
    """The evidence of a row by source and slide, each quote, record and status once."""
    together: dict[tuple[CitedSource, int | None, bool], list[Evidence]] = {}
    for one in evidence:
        together.setdefault((one.source, one.slide, bool(one.computed)), []).append(one)

    def once(values: Iterable[str | None]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, values)))

    return [
        Place(
            source,
            slide,
            once(one.quote for one in found),
            once(one.record for one in found),
            once(one.page for one in found),
            once(one.status for one in found),
            computed,
        )
        for (source, slide, computed), found in together.items()
    ]


def answer_rows(answer: StoredAnswer) -> list[list[Cell]]:
    """The rows of an answer as people read them."""
    rows: list[list[Cell]] = []
    for row in answer.rows:
        cells: list[Cell] = []
        for column, term in zip(answer.query.columns, row, strict=True):
            iri = next(iter(iris_in([[term]])), None)
            cells.append(
                Cell(
                    reading(answer, column, term),
                    local_href(iri) if iri else None,
                    datatype="number" if number(term) is not None else None,
                    title=iri,
                    absent=term is None,
                )
            )
        rows.append(cells)
    return rows
