"""Which name was meant by an address of which the graph says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..ontology.iris import CONCEPT, GRAPH, TERM
from ..ontology.text import Text, did_you_mean
from .in_force import current
from .service import service
from .terms.lexicon import LEXICON
from .territories.gazetteer import GAZETTEER

_ENDINGS: Final = ("html", "ttl", "nt", "jsonld", "rdf", "trig", "nq")


def near_name(path: str) -> Text | None:
    """A hint at the name nearly the same as the last part of a path, of those that stand beside it."""
    room, _, name = path.strip("/").partition("/")
    stem, _, ending = name.rpartition(".")
    name = stem if ending in _ENDINGS else name
    return did_you_mean(name[:80], _beside(room, name)) if name else None


def _beside(room: str, name: str) -> Sequence[str]:
    """The names at the addresses of one kind; of territories, those of the same code."""
    if room == "graph":
        version = service().engine.version()
        return [iri.removeprefix(GRAPH) for iri in version.graphs] if version else []
    if room in ("voc", "terms"):
        lexicon, namespace = current(LEXICON), CONCEPT if room == "voc" else TERM
        found = lexicon.entries if lexicon else ()
        return [iri.removeprefix(namespace) for iri in found if iri.startswith(namespace)]
    gazetteer, code = current(GAZETTEER), name.rpartition("-")[2]
    return [one for one in gazetteer.by_name if one.endswith(f"-{code}")] if gazetteer else []
