"""What the shapes demand of the things of each class, for completion and for examples."""

from __future__ import annotations

from functools import cache

from ...shapes.model import ClassTarget, HasProperty, MinCount, Shape
from ...shapes.namespaces import SH
from ...shapes.paths import Predicate
from ...shapes.reading import read_all_shapes
from ...shapes.shapes_graph import project_shapes


@cache
def mandatory() -> dict[str, tuple[str, ...]]:
    """The properties that the shapes of a class demand of its things, by the IRI of the class."""
    found: dict[str, dict[str, None]] = {}
    for shape in read_all_shapes(project_shapes()):
        for target in shape.targets:
            if isinstance(target, ClassTarget):
                found.setdefault(target.iri.value, {}).update(dict.fromkeys(_demanded(shape)))
    return {iri: tuple(properties) for iri, properties in found.items() if properties}


def _demanded(shape: Shape) -> list[str]:
    """The properties of which a shape demands at least one value, in itself or in its property shapes."""
    if shape.deactivated or shape.severity != SH.Violation:
        return []
    found: list[str] = []
    for constraint in shape.constraints:
        match constraint.test:
            case MinCount(count) if count and isinstance(shape.path, Predicate):
                found.append(shape.path.iri.value)
            case HasProperty(inner):
                found += _demanded(inner)
            case _:
                pass
    return found
