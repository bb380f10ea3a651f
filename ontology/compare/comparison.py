"""Comparing two versions of an ontology, term by term, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from rdflib import DCTERMS, OWL, RDF, Graph, URIRef
from rdflib.term import Node

from ..iris import BASE, ONTOLOGY
from ..reasoning.phrase import Phrasebook, local_name
from ..text import Text
from .description import KINDS, LABELS, LOGICAL, UNSAID, Description, axiom_blocks, describe
from .model import Change, Comparison, Level

_SIMILAR = 0.85
"""How alike two definitions are (0 to 1) for a removed and an added term to be one, renamed."""


def compare(before: Graph, after: Graph, name: str = "", namespaces: tuple[str, ...] = (BASE,)) -> Comparison:
    """What changed between two graphs of an ontology, in the namespaces given; `name` is what `before` is."""
    changes = [*_Comparer(before, after, namespaces).changes()]
    order = {id(change): place for place, change in enumerate(changes)}
    return Comparison(
        before=name,
        changes=tuple(sorted(changes, key=lambda change: (-change.level, order[id(change)]))),
        version_before=_version(before),
        version_after=_version(after),
    )


def _version(graph: Graph) -> str | None:
    value = graph.value(URIRef(ONTOLOGY), OWL.versionInfo)
    return None if value is None else str(value)


class _Comparer:
    def __init__(self, before: Graph, after: Graph, namespaces: tuple[str, ...]) -> None:
        self.graphs = before, after
        self.old = describe(before, namespaces)
        self.new = describe(after, namespaces)
        self.was, self.now = Phrasebook(before), Phrasebook(after)
        self.used = {node for triple in before for node in triple if isinstance(node, URIRef)}

    def changes(self) -> Iterator[Change]:
        removed = [term for term in self.old if term not in self.new]
        added = [term for term in self.new if term not in self.old]
        renamed = dict(self._renamed(removed, added))
        for term in sorted(removed):
            if term in renamed:
                yield self._rename(term, renamed[term])
                yield from self._differences(term, self.old[term], self.new[renamed[term]], renamed)
            else:
                yield self._change("term-removed", term, Level.MAJOR, "{} a disparu", "{} is gone", self.was)
        for term in sorted(set(added) - set(renamed.values())):
            yield self._change("term-added", term, Level.MINOR, "{} est nouveau", "{} is new", self.now)
        for term in sorted(set(self.old) & set(self.new)):
            yield from self._differences(term, self.old[term], self.new[term], renamed)
        yield from self._blocks(renamed)

    # -- renamed terms

    def _renamed(self, removed: list[URIRef], added: list[URIRef]) -> Iterator[tuple[URIRef, URIRef]]:
        left = set(added)
        for term in sorted(removed):
            rated = [(self._likeness(self.old[term], self.new[other]), other) for other in sorted(left)]
            best = max(rated, default=(0.0, None))
            if best[1] is not None and best[0] >= _SIMILAR:
                left.discard(best[1])
                yield term, best[1]

    def _likeness(self, one: Description, other: Description) -> float:
        if one.kind != other.kind:
            return 0.0
        labels = [{str(node) for node in d.of(*LABELS).values()} for d in (one, other)]
        if labels[0] & labels[1]:
            return 1.0
        texts = [
            " ".join(
                sorted(str(node) for (p, _), node in d.statements.items() if local_name(p) == "definition")
            )
            for d in (one, other)
        ]
        return SequenceMatcher(None, texts[0], texts[1]).ratio() if all(texts) else 0.0

    def _rename(self, term: URIRef, successor: URIRef) -> Change:
        replaced = (successor, DCTERMS.replaces, term) in self.graphs[1]
        was, now = local_name(term), local_name(successor)
        return Change(
            kind="term-renamed",
            term=str(term),
            message=Text(f"{was} s’appelle maintenant {now}", f"{was} is now called {now}"),
            level=Level.MINOR if replaced and term in self.new else Level.MAJOR,
            successor=str(successor),
        )

    # -- one term before and after

    def _differences(
        self, term: URIRef, old: Description, new: Description, renamed: Mapping[URIRef, URIRef]
    ) -> Iterator[Change]:
        if old.kind != new.kind:
            was, now = local_name(old.kind), local_name(new.kind)
            yield self._change(
                "kind-changed",
                term,
                Level.MAJOR,
                f"{{}} était {was}, c’est maintenant {now}",
                f"{{}} was {was}, it is now {now}",
                self.now,
            )
        if new.deprecated and not old.deprecated:
            yield self._deprecated(term)
        if old.module != new.module:
            was, now = (local_name(str(module)) for module in (old.module, new.module))
            yield self._change(
                "term-moved",
                term,
                Level.PATCH,
                f"{{}} passe du module {was} au module {now}",
                f"{{}} moves from the module {was} to the module {now}",
                self.now,
            )
        swapped = {repr(was): repr(now) for was, now in renamed.items()}
        kept = {(p, _swap(text, swapped)): (p, text) for p, text in old.statements}
        gone = [kept[key] for key in kept if key not in new.statements]
        come = [key for key in new.statements if key not in kept]
        yield from self._labels(term, old, new, gone, come)
        for key in gone:
            yield from self._statement(term, key[0], old.statements[key], present=False)
        for key in come:
            yield from self._statement(term, key[0], new.statements[key], present=True)

    def _deprecated(self, term: URIRef) -> Change:
        dependants = {
            str(subject) for subject in self.graphs[1].subjects(None, term) if isinstance(subject, URIRef)
        } - {str(term)}
        level = Level.MAJOR if dependants else Level.MINOR
        return self._change("term-deprecated", term, level, "{} est déprécié", "{} is deprecated", self.now)

    def _labels(
        self,
        term: URIRef,
        old: Description,
        new: Description,
        gone: list[tuple[URIRef, str]],
        come: list[tuple[URIRef, str]],
    ) -> Iterator[Change]:
        """A label that went and one of the same kind and language that came are one change."""
        for predicate in LABELS:
            lost = {_language(old.statements[k]): str(old.statements[k]) for k in gone if k[0] == predicate}
            won = {_language(new.statements[k]): str(new.statements[k]) for k in come if k[0] == predicate}
            for language in sorted(lost.keys() | won.keys()):
                was, now = lost.get(language), won.get(language)
                name = local_name(term)
                if was and now:
                    message = Text(
                        f"libellé de {name} ({language}) : « {was} » devient « {now} »",
                        f"label of {name} ({language}): ‘{was}’ becomes ‘{now}’",
                    )
                else:
                    verbs = ("ajouté", "added") if now else ("retiré", "removed")
                    message = Text(
                        f"libellé de {name} ({language}) {verbs[0]} : « {now or was} »",
                        f"label of {name} ({language}) {verbs[1]}: ‘{now or was}’",
                    )
                yield Change("label-changed", str(term), message, Level.PATCH)

    def _statement(self, term: URIRef, predicate: URIRef, value: Node, present: bool) -> Iterator[Change]:
        if predicate in LABELS or predicate in UNSAID or (predicate == RDF.type and value in KINDS):
            return
        book = self.now if present else self.was
        clause = book.statement(term, predicate, value)
        if predicate in LOGICAL:
            verb = ("désormais ", "now ") if present else ("ne vaut plus : ", "no longer: ")
            yield Change(
                "axiom-added" if present else "axiom-removed",
                str(term),
                Text(f"{verb[0]}{clause.fr}", f"{verb[1]}{clause.en}"),
                Level.MINOR if present else Level.MAJOR,
            )
        elif str(predicate).startswith(BASE) or isinstance(value, URIRef):
            verb = ("ajouté : ", "added: ") if present else ("retiré : ", "removed: ")
            yield Change(
                "fact-added" if present else "fact-removed",
                str(term),
                Text(f"{verb[0]}{clause.fr}", f"{verb[1]}{clause.en}"),
                Level.PATCH if self._is_annotation(predicate) else Level.MINOR,
            )
        elif present:
            name = local_name(predicate)
            yield self._change(
                "text-changed",
                term,
                Level.PATCH,
                f"{{}} : {name} dit maintenant « {value} »",
                f"{{}}: {name} now says ‘{value}’",
                self.now,
            )
        elif not any(p == predicate for p, _ in self.new.get(term, _NOTHING).statements):
            name = local_name(predicate)
            yield self._change(
                "text-changed",
                term,
                Level.PATCH,
                f"{{}} : {name} retiré",
                f"{{}}: {name} removed",
                self.was,
            )

    def _is_annotation(self, predicate: URIRef) -> bool:
        return not str(predicate).startswith(BASE) or any(
            (predicate, RDF.type, OWL.AnnotationProperty) in graph for graph in self.graphs
        )

    # -- axioms on no term in particular

    def _blocks(self, renamed: Mapping[URIRef, URIRef]) -> Iterator[Change]:
        swapped = {repr(was): repr(now) for was, now in renamed.items()}
        old = {_swap(key, swapped): node for key, node in axiom_blocks(self.graphs[0]).items()}
        new = axiom_blocks(self.graphs[1])
        for key in sorted(old.keys() - new.keys()):
            clause = self.was.block(old[key])
            message = Text(f"ne vaut plus : {clause.fr}", f"no longer: {clause.en}")
            yield Change("axiom-removed", "", message, Level.MAJOR)
        for key in sorted(new.keys() - old.keys()):
            clause = self.now.block(new[key])
            message = Text(f"désormais {clause.fr}", f"now {clause.en}")
            yield Change("axiom-added", "", message, Level.MINOR)

    def _change(self, kind: str, term: URIRef, level: Level, fr: str, en: str, book: Phrasebook) -> Change:
        name = book.term(term)
        local = local_name(term)
        said = (
            Text(f"{local} ({name.fr})", f"{local} ({name.en})") if name.en != local else Text(local, local)
        )
        return Change(kind, str(term), Text(fr.format(said.fr), en.format(said.en)), level)  # type: ignore[arg-type]


_NOTHING = Description(kind=OWL.Thing, module=None, deprecated=False)


def _swap(text: str, swapped: Mapping[str, str]) -> str:
    """A statement's content with renamed terms under their new names."""
    for was, now in swapped.items():
        text = text.replace(was, now)
    return text


def _language(node: Node) -> str:
    return getattr(node, "language", None) or "-"
