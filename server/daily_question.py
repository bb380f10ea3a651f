"""The question of the day: one of the stored questions, with the beginning of its answer."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

from ..ontology.errors import DigiTerrError
from ..ontology.text import Language
from ..queries import library
from ..queries.kept import KeptAnswers
from ..queries.model import StoredAnswer, StoredQuery
from ..queries.running import run
from ..store.model import DatasetVersion
from .service import CurrentEngine

ROWS: Final = 5
_SMALL: Final = frozenset(("cases", "ontology"))  # sources that a question is asked of in milliseconds


def question_of_the_day(
    engine: CurrentEngine, data_dir: Path, version: DatasetVersion, language: Language
) -> StoredAnswer | None:
    """Its first rows; None where no question of the library has an answer in this version.

    The date (UTC) chooses among the questions that have an answer and whose sources are there; those that
    read the national sources come only where their answer was kept at publication.
    """
    questions = _answerable(frozenset(version.graphs))
    day = datetime.now(UTC).toordinal()
    turn = day % len(questions) if questions else 0
    kept = KeptAnswers(data_dir, version.number)
    for query in (*questions[turn:], *questions[:turn]):
        if _SMALL.issuperset(query.sources) or kept.find(query):
            with suppress(DigiTerrError):
                return _answer(engine, data_dir, version.number, query.name, language)
    return None


@lru_cache(maxsize=4)
def _answerable(graphs: frozenset[str]) -> tuple[StoredQuery, ...]:
    held = {graph.rpartition("/")[2] for graph in graphs}
    return tuple(
        query for query in library.all_queries() if query.expected.count and held.issuperset(query.sources)
    )


@lru_cache(maxsize=8)
def _answer(
    engine: CurrentEngine, data_dir: Path, version: int, name: str, language: Language
) -> StoredAnswer:
    kept = KeptAnswers(data_dir, version)
    return run(engine, library.find(name), language=language, size=ROWS, kept=kept)
