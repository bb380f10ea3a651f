"""The Vega-Lite specification of an answer: which view, drawn how, with its title, its source and its limits.

https://vega.github.io/vega-lite/docs/spec.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ...ontology.errors import InputError
from ...ontology.iris import graph_iri
from ...ontology.text import LANGUAGES, Text
from ...store.model import Engine
from ..cells import figure
from ..labels import labels_of
from ..model import StoredAnswer, View
from . import geography
from .network import network
from .roles import Charted
from .theme import PALETTES, Palette, Theme, configuration
from .views import MOST_BARS, NothingToDrawError, Spec, bar, matrix, scatter, timeline

SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
VIEWS: Final[Mapping[View, Text]] = {
    "table": Text("tableau", "table"),
    "bar": Text("barres", "bars"),
    "scatter": Text("nuage de points", "scatter plot"),
    "matrix": Text("matrice", "matrix"),
    "timeline": Text("chronologie", "timeline"),
    "map": Text("carte", "map"),
    "network": Text("réseau", "network"),
}
_DRAWN: Final[Mapping[View, Callable[[Charted, Palette], Spec]]] = {
    "bar": bar,
    "scatter": scatter,
    "matrix": matrix,
    "timeline": timeline,
    "network": network,
}
_WIDE, _NARROW = 90, 66  # characters of a line of the title


def specification(
    engine: Engine, answer: StoredAnswer, view: View | None = None, theme: Theme = "light"
) -> dict[str, Any] | None:
    """The chart of an answer in a view (its own when none is named), or None when nothing can be drawn.

    Raises InputError for a view that the columns do not allow. The engine is asked for the labels of the
    sources and, for a map, for the shapes of what the answer names; a map without shapes is drawn as bars.
    """
    charted = Charted(answer)
    view = view or charted.views[0]
    if view not in charted.views:
        raise _unsuited(view, charted)
    if view == "table":
        return None
    colours, notes = PALETTES[theme], list[Text]()
    try:
        drawn = _map(engine, charted, colours, notes) if view == "map" else _DRAWN[view](charted, colours)
    except NothingToDrawError:
        return None
    if (shown := _first_rows(answer, view)) is not None:
        notes.append(shown)
    language = answer.language
    title = answer.query.title.in_language(language)
    credit = _credit(engine, answer)
    room = _NARROW if view in ("matrix", "network") else _WIDE
    subtitle = [*_lines(credit, room), *(note.in_language(language) for note in notes)]
    return {
        "$schema": SCHEMA,
        "description": f"{VIEWS[view].in_language(language)}. {title}".strip(),
        "title": {"text": _lines(title, room) or "", "subtitle": subtitle},
        "config": configuration(theme, language),
        **drawn,
    }


def _first_rows(answer: StoredAnswer, view: View) -> Text | None:
    """What a chart says that draws the first rows of an answer alone."""
    count, more = len(answer.rows), answer.more
    cut = view in ("bar", "timeline") and count > MOST_BARS
    if not cut and not more:
        return None
    fr, en = (figure(count, language, grouped=True) for language in LANGUAGES)
    if not cut:
        return Text(f"les {fr} premières lignes de la réponse", f"the first {en} rows of the answer")
    return Text(
        f"les {MOST_BARS} premières lignes sur {'plus de ' if more else ''}{fr}",
        f"the first {MOST_BARS} of {'more than ' if more else ''}{en} rows",
    )


def views_of(engine: Engine, answer: StoredAnswer) -> tuple[View, ...]:
    """The views that can be drawn of an answer, the best first; a table is always one.

    A map is among them where the graph holds shapes, or where the query declares it,
    in which case it is drawn as bars.
    """
    charted = Charted(answer)
    views = charted.views
    if "map" in views and not geography.has_shapes(engine, charted):
        as_bars = answer.query.view == "map" and "bar" in views
        return views if as_bars else tuple(view for view in views if view != "map")
    return views


def _map(engine: Engine, charted: Charted, colours: Palette, notes: list[Text]) -> Spec:
    shapes = geography.shapes_of(engine, charted)
    if not shapes and charted.quantity is not None:
        notes.append(
            Text(
                "cette version n’a pas les contours de ces territoires",
                "this version does not hold the outlines of these territories",
            )
        )
        return bar(charted, colours)
    places = geography.placed(charted, shapes)
    if places.left:
        notes.append(geography.left_out(places.left))
    return geography.geography(charted, colours, places, geography.ground_of(engine, places))


def _credit(engine: Engine, answer: StoredAnswer) -> str:
    """The source line: the sources whose graphs the query needs, and the version of the data."""
    graphs = [str(graph_iri(source).value) for source in answer.query.sources]
    labels = labels_of(engine, graphs, answer.language) if graphs else {}
    names = [labels.get(graph, source) for graph, source in zip(graphs, answer.query.sources, strict=True)]
    names.append(f"DigiTerr, version\u00a0{answer.version}")
    if answer.language == "fr":
        return "Source\u00a0: " + "\u00a0; ".join(names)
    return "Source: " + "; ".join(names)


def _lines(text: str, room: int) -> list[str]:
    """The text in lines of so many characters at most."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(lines[-1]) + len(word) < room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return [line for line in lines if line]


def _unsuited(view: str, charted: Charted) -> InputError:
    allowed = ", ".join(charted.views)
    return InputError(
        Text(
            f"les colonnes de cette réponse ne se prêtent pas à la vue « {view} ».",
            f"the columns of this answer do not suit the view '{view}'.",
        ),
        Text(f"Vues possibles : {allowed}.", f"Possible views: {allowed}."),
    )
