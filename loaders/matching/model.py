"""What is found by name: things, the questions asked of them, and how well they answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from ...ontology.text import Text


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing of the graph by what people call it. Kinds and places are IRIs.

    `kinds`: its classes, the one that tells it best first. `names`: what it is called, in any language;
    `former`: what it was called, or what became part of it was. `within`: all that it lies in. `bodies`:
    those that govern it. `weight`: how likely it is to be meant, for the order of equals.
    """

    iri: str
    kinds: tuple[str, ...]
    label: Text
    about: Text = field(default_factory=lambda: Text("", ""))  # what tells it from its homonyms
    names: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: a name as it was written, and what is known beside it.

    `kinds`: IRIs of classes, any of which will do. `around`: places that it lies in, each as it was written
    (an IRI, a code, a name) with the class that it is of, if that is known. `codes`: codes of its own.
    """

    text: str
    kinds: tuple[NamedNode, ...] = ()
    around: tuple[tuple[str, NamedNode | None], ...] = ()
    codes: tuple[str, ...] = ()
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that may be meant: the name of it that fits, and whether it is safe to take it.

    From 0 to 100: `alike` tells how well the name fits, `score` how well all that is known does.
    """

    thing: Thing
    score: float
    alike: float
    name: str
    sure: bool = False
