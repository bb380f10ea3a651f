"""The reader's language: `lang=` in the address, the cookie it leaves, Accept-Language, else French."""

from __future__ import annotations

from typing import cast

from flask import Response, g, request

from ..ontology.text import LANGUAGES, Language, Text

COOKIE = "lang"
_FOUND = "language"


def reader_language() -> Language:
    """The language of the answer to the current request; found once, since pages ask thousands of times."""
    if _FOUND not in g:
        g.setdefault(_FOUND, _wanted())
    return g.get(_FOUND)


def answer_in(language: Language) -> None:
    """Settle the language of the answer to the current request, where its address does."""
    setattr(g, _FOUND, language)


def _wanted() -> Language:
    for chosen in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if chosen in LANGUAGES:
            return cast("Language", chosen)
    return cast("Language", request.accept_languages.best_match(LANGUAGES) or "fr")


def say(text: Text) -> str:
    return text.in_language(reader_language())


def remember_language(response: Response) -> Response:
    """Keep a choice made with `lang=` for the pages that follow."""
    chosen = request.args.get("lang")
    if chosen in LANGUAGES and chosen != request.cookies.get(COOKIE):
        response.set_cookie(COOKIE, chosen, max_age=31_536_000, samesite="Lax", httponly=True)
    return response
