"""Stored queries for programs: `/queries/NAME.json` and other formats, their list, their OpenAPI description.

`start` and `size` make pages, `provenance=yes` says where each row comes from, `lang` chooses the language of
labels, `view` and `theme` say how a chart is drawn; every other name in the address is a parameter of the
query. A page of rows names the next and the previous one in `Link` (RFC 8288).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from ..ontology.text import LANGUAGES, Text
from ..queries import library
from ..queries.charts.specification import VIEWS
from ..queries.charts.theme import PALETTES
from ..queries.kept import KeptAnswers
from ..queries.model import StoredAnswer, StoredQuery
from ..queries.running import run
from ..queries.spreadsheet import MEDIA_TYPE as XLSX
from ..queries.spreadsheet import answer_workbook
from ..queries.writing import WRITERS
from .compression import encoding_for
from .description import base_url
from .editor.exports import ROWS_OF_A_CHART, chart, file_response
from .http_errors import BadRequestError
from .language import reader_language
from .openapi import NO, YES, openapi_document, query_entry
from .parameters import Parameters, decode_parameters, query_string, single
from .service import service
from .sparql import EXPORTS, conditional, send, with_cache_headers

blueprint = Blueprint("stored_queries", __name__)

# Extension in the address -> name of the writer.
EXTENSIONS: Final[Mapping[str, str]] = {name: name for name in WRITERS if name != "markdown"} | {
    "md": "markdown"
}
RESERVED: Final = ("start", "size", "provenance", "lang", "view", "theme")
# Rows, unless asked: JSON has pages, a chart says that rows are missing; other formats do not, and are whole.
_PAGES_BY_DEFAULT: Final = {"json": 1000} | dict.fromkeys(("svg", "png", "vl"), ROWS_OF_A_CHART)


@blueprint.get("/queries.json")
def catalogue() -> Response:
    """All stored queries, with their parameters and columns."""
    language, base = reader_language(), base_url()
    etag, unchanged = conditional("queries.json", language, base)
    if unchanged:
        return unchanged
    response = jsonify([query_entry(query, language, base) for query in library.all_queries()])
    return _described(response, etag)


@blueprint.get("/queries/openapi.json")
def openapi() -> Response:
    """The OpenAPI 3.1 description of the stored queries."""
    language, base = reader_language(), base_url()
    etag, unchanged = conditional("openapi.json", language, base)
    if unchanged:
        return unchanged
    response = jsonify(openapi_document(library.all_queries(), language, base))
    response.mimetype = "application/vnd.oai.openapi+json"
    return _described(response, etag)


@blueprint.get("/queries/<name>.<any(" + ", ".join((*EXTENSIONS, *EXPORTS)) + "):extension>")
def stored_query(name: str, extension: str) -> Response:
    """The answer to a stored query, in the format that the extension names."""
    query = library.find(name)
    given = decode_parameters(query_string(), (*(one.name for one in query.parameters), *RESERVED))
    for name, values in (("lang", LANGUAGES), ("view", tuple(VIEWS)), ("theme", tuple(PALETTES))):
        _one_of(given, name, values)
    language = reader_language()
    etag, unchanged = conditional(query.text, extension, sorted(given.items()), language)
    if unchanged:
        return unchanged
    answer = _answer(query, given, _PAGES_BY_DEFAULT.get(extension))
    response = _written(answer, extension, given)
    response.headers["Content-Disposition"] = f'inline; filename="{query.name}.{extension}"'
    links = [f"<{base_url()}queries/{query.name}>; rel=alternate; type=text/html"]
    links += [
        f"<{base_url()}queries/{query.name}.{extension}?{page}>; rel={rel}"
        for rel, page in _pages(answer, given)
    ]
    response.headers["Link"] = ", ".join(links)
    if etag and etag.startswith(f"v{answer.version}-"):
        _described(response, etag)
    return response


@blueprint.get("/queries/<name>.html")
def page(name: str) -> BaseResponse:
    """The page of a query is at its address without an extension."""
    asked = query_string().decode("latin-1")
    return redirect(f"/queries/{library.find(name).name}" + (f"?{asked}" if asked else ""), 308)


def kept_answers() -> KeptAnswers | None:
    """What was answered when the version in force was published."""
    version = service().engine.version()
    return KeptAnswers(service().configuration.data_dir, version.number) if version else None


def _answer(query: StoredQuery, given: Parameters, page: int | None) -> StoredAnswer:
    most = service().configuration.row_limit
    return run(
        service().engine,
        query,
        {name: values for name, values in given.items() if name not in RESERVED},
        reader_language(),
        start=_whole(given, "start", 0, 0),
        size=min(_whole(given, "size", page or most, 1), most),
        evidence=_truth(given, "provenance"),
        kept=kept_answers(),
    )


def _written(answer: StoredAnswer, extension: str, given: Parameters) -> Response:
    if extension == "xlsx":
        return file_response(answer_workbook(answer, request.url), XLSX)
    if extension in EXPORTS:
        return chart(answer, extension, given)
    media_type, write = WRITERS[EXTENSIONS[extension]]
    response = Response(content_type=media_type)
    body = iter([write(answer).encode()])
    send(response, body, encoding_for(request.headers.get("Accept-Encoding", "")))
    return response


def _pages(answer: StoredAnswer, given: Parameters) -> list[tuple[str, str]]:
    """The pages beside this one: how they relate to it, and their parameters."""
    kept = [(name, value) for name, values in given.items() if name != "start" for value in values]
    size = _whole(given, "size", max(len(answer.rows), 1), 1)
    pages: list[tuple[str, str]] = []
    if answer.more:
        pages.append(("next", urlencode([*kept, ("start", str(answer.start + size))])))
    if answer.start:
        before = max(0, answer.start - size)
        pages.append(("prev", urlencode([*kept, ("start", str(before))])))
    return pages


def _whole(given: Parameters, name: str, default: int, least: int) -> int:
    value = single(given, name)
    if value is None:
        return default
    if not value.isascii() or not value.isdecimal() or len(value) > 9 or int(value) < least:
        raise BadRequestError(
            Text(
                f"{name} n’est pas un nombre entier d’au moins {least}.",
                f"{name} is not a whole number from {least} on.",
            ),
            Text(f"Écrivez par exemple {name}=100.", f"Write {name}=100, for instance."),
        )
    return int(value)


def _truth(given: Parameters, name: str) -> bool:
    value = (single(given, name) or "no").lower()
    if value not in (*YES, *NO):
        raise BadRequestError(
            Text(f"« {value} » n’est ni oui ni non.", f"“{value}” is neither yes nor no."),
            Text(f"Écrivez {name}=yes ou {name}=no.", f"Write {name}=yes or {name}=no."),
        )
    return value in YES


def _one_of(given: Parameters, name: str, values: Collection[str]) -> None:
    value = single(given, name)
    if value and value not in values:
        raise BadRequestError(
            Text(f"« {value[:60]} » ne convient pas à {name}.", f"“{value[:60]}” does not suit {name}."),
            Text(f"Valeurs : {', '.join(values)}.", f"Values: {', '.join(values)}."),
        )


def _described(response: Response, etag: str | None) -> Response:
    response.headers["Content-Language"] = reader_language()
    if etag:
        with_cache_headers(response, etag)
    response.vary.update(("Accept-Encoding", "Accept-Language", "Cookie"))
    return response
