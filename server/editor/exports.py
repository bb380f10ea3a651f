"""Answers as charts (Vega-Lite, SVG, PNG) and as workbooks (XLSX), at the address of the answer itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Final, cast

from flask import Response, request

from ...ontology.errors import NotFoundError
from ...ontology.text import Text
from ...queries.charts.files import MEDIA_TYPES, ImageFormat, image
from ...queries.charts.specification import VIEWS, specification
from ...queries.charts.theme import PALETTES, Theme
from ...queries.model import StoredAnswer, View
from ...queries.spreadsheet import MEDIA_TYPE as XLSX
from ...queries.spreadsheet import term_values, workbook
from ..compression import encoding_for
from ..description import base_url
from ..http_errors import BadRequestError
from ..language import reader_language
from ..parameters import Parameters, single
from ..query_operation import Asked, changes_each_time
from ..service import service
from ..sparql import conditional, send, with_cache_headers
from .answers import TITLE, ask, first_rows

VEGA_LITE: Final = "application/vnd.vegalite.v6+json"
EXPORTED: Final[dict[str, str]] = {**MEDIA_TYPES, "vl": VEGA_LITE, "xlsx": XLSX}
ROWS_OF_A_CHART: Final = 2000
# Five seconds of processor time: the deadline of a query goes on while its rows are written.
ROWS_OF_A_WORKBOOK: Final = 100_000
_CHUNK: Final = 64 * 1024


def exported(asked: Asked, form: str) -> Response:
    """The answer to a query as written, in one of the formats of EXPORTS."""
    parameters = asked.parameters
    etag, unchanged = None, None
    if not changes_each_time(asked):
        etag, unchanged = conditional(asked.text, sorted(parameters.items()), form, reader_language())
    if unchanged:
        return unchanged
    if form == "xlsx":
        response, version = _workbook(asked)
    else:
        answer = first_rows(asked, ROWS_OF_A_CHART)
        response, version = chart(answer, form, parameters), answer.version
    response.headers["Content-Disposition"] = f'inline; filename="digiterr.{form}"'
    response.headers["Content-Language"] = reader_language()
    if etag and etag.startswith(f"v{version}-"):
        with_cache_headers(response, etag)
        response.vary.update(("Accept-Language", "Cookie"))
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


def chart(answer: StoredAnswer, form: str, parameters: Parameters) -> Response:
    """The chart of an answer. `view` and `theme` of the parameters choose among those that suit it.

    Raises NotFoundError where there is nothing to draw.
    """
    view, theme = single(parameters, "view"), single(parameters, "theme") or "light"
    if theme not in PALETTES:
        raise _no_such("theme", theme, tuple(PALETTES))
    if view is not None and view not in VIEWS:
        raise _no_such("view", view, tuple(VIEWS))
    drawn = specification(service().engine, answer, cast("View | None", view), cast("Theme", theme))
    if drawn is None:
        raise NotFoundError(
            Text("cette réponse ne donne rien à dessiner.", "this answer gives nothing to draw."),
            Text("Demandez le tableau : csv, json ou xlsx.", "Ask for the table: csv, json or xlsx."),
        )
    response = Response(content_type=EXPORTED[form])
    written = (
        json.dumps(drawn, ensure_ascii=False).encode()
        if form == "vl"
        else image(drawn, cast("ImageFormat", form))
    )
    encoding = None if form == "png" else encoding_for(request.headers.get("Accept-Encoding", ""))
    send(response, iter([written]), encoding)
    return response


def file_response(file: IO[bytes], media_type: str) -> Response:
    """An open file as a response, sent by pieces and closed."""

    def pieces() -> Iterator[bytes]:
        with file:
            while piece := file.read(_CHUNK):
                yield piece

    return Response(pieces(), content_type=media_type)


def _workbook(asked: Asked) -> tuple[Response, int]:
    found = ask(asked, ROWS_OF_A_WORKBOOK + 1)
    language = reader_language()
    facts = [
        (Text("Titre", "Title"), TITLE.in_language(language)),
        (Text("Requête", "Query"), asked.text),
        (Text("Version", "Version"), f"DigiTerr {found.version}"),
        (Text("Adresse", "Address"), f"{base_url()}sparql"),
    ]
    file = workbook(found.rows.variables, term_values(found.rows.rows), facts, language, ROWS_OF_A_WORKBOOK)
    return file_response(file, XLSX), found.version


def _no_such(name: str, value: str, known: tuple[str, ...]) -> BadRequestError:
    listed = ", ".join(known)
    return BadRequestError(
        Text(f"{name}={value} n’existe pas.", f"There is no {name}={value}."),
        Text(f"Valeurs : {listed}.", f"Values: {listed}."),
    )
