"""`digiterr why S P O`: who states a triple, or from what it follows."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import click
from pyoxigraph import Literal, NamedNode
from rich.console import Console
from rich.tree import Tree

from ...ontology import names
from ...ontology.errors import ExitCode, InputError
from ...ontology.iris import BASE, CONCEPT, DATA, TERM
from ...ontology.text import Text
from ...queries.labels import labels_of
from ...queries.why import Explanation, Triple, why
from ...store.embedded import open_engine
from ...store.model import Term
from ..cli import Settings

PREFIXES: Final = {
    "dt": TERM,
    "dtv": CONCEPT,
    "dtd": DATA,
    **{
        name.lower(): vocabulary.NAMESPACE
        for name, vocabulary in vars(names).items()
        if isinstance(vocabulary, type)
        and name.isupper()
        and hasattr(vocabulary, "NAMESPACE")
        and name != "DT"
    },
}
_LITERAL: Final = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@([A-Za-z-]+)|\^\^(\S+))?')


def read_term(text: str) -> Term:
    """A term as a person writes it: `dtd:case-A`, `<iri>`, `a`, `"words"@fr`, `"2018"^^xsd:integer`, `2018`.

    Raises InputError for a prefix that is not known or a text that is no term.
    """
    if text == "a":
        return names.RDF.type
    if re.fullmatch(r"[+-]?\d+", text):
        return Literal(text, datatype=names.XSD.integer)
    if found := _LITERAL.fullmatch(text):
        value = re.sub(r"\\(.)", r"\1", found[1])
        if found[2]:
            return Literal(value, language=found[2])
        return Literal(value, datatype=_name(found[3])) if found[3] else Literal(value)
    return _name(text)


def _name(text: str) -> NamedNode:
    prefix, colon, local = text.partition(":")
    try:
        if text.startswith("<") and text.endswith(">"):
            return NamedNode(text[1:-1])
        if colon and prefix in PREFIXES:
            return NamedNode(PREFIXES[prefix] + local)
        if colon and local.startswith("//"):
            return NamedNode(text)
    except ValueError:
        pass
    raise InputError(
        Text(fr=f"« {text} » n’est pas un terme RDF.", en=f"“{text}” is not an RDF term."),
        Text(
            fr=f'Écrivez une IRI, un nom préfixé ({", ".join(sorted(PREFIXES))}) ou "un texte"@fr.',
            en=f'Write an IRI, a prefixed name ({", ".join(sorted(PREFIXES))}) or "a text"@en.',
        ),
    )


@click.command()
@click.argument("subject")
@click.argument("predicate")
@click.argument("value", metavar="OBJECT")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.option("--data-dir", type=click.Path(path_type=Path), default=Path("var"), show_default=True)
@click.pass_obj
def command(
    settings: Settings,
    subject: str,
    predicate: str,
    value: str,
    form: str,
    data_dir: Path,
) -> None:
    """Say why the graph holds a triple: asserted where, or inferred from which triples by which axiom.

    \b
    digiterr why dtd:project-D a dt:IntermunicipalProject
    digiterr why dtd:project-A dt:startYear 2018

    Exit code 1 when the graph does not say it.
    """
    terms = [read_term(subject), read_term(predicate)]
    if not all(isinstance(term, NamedNode) for term in terms):
        raise InputError(
            Text(fr="sujet et prédicat sont des IRI.", en="subject and predicate are IRIs."),
            Text(fr="Mettez le littéral en troisième.", en="Put the literal third."),
        )
    triple = Triple(NamedNode(terms[0].value), NamedNode(terms[1].value), read_term(value))
    with open_engine(data_dir) as engine:
        found = why(engine, triple)
        iris = {term.value for one in found.triples() for term in (one.subject, one.predicate, one.object)}
        labels = labels_of(engine, sorted(iri for iri in iris if "://" in iri), settings.language)
    if form == "json":
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2, default=_json))
    else:
        Console().print(_tree(found, labels, settings))
    if not found.holds:
        raise click.exceptions.Exit(ExitCode.VIOLATIONS)


def _json(value: Any) -> str:
    return str(value)


def _tree(found: Explanation, labels: dict[str, str], settings: Settings) -> Tree:
    tree = Tree(_sentence(found.triple, labels))
    for origin in found.origins:
        title = origin.titles.get(settings.language) or next(iter(origin.titles.values()), "")
        graph = origin.graph.removeprefix(BASE)
        facts = [
            title,
            origin.edition
            and settings.say(Text(fr=f"édition {origin.edition}", en=f"edition {origin.edition}")),
        ]
        facts += [
            origin.built
            and settings.say(
                Text(fr=f"construit le {origin.built[:10]}", en=f"built on {origin.built[:10]}")
            ),
            origin.software,
        ]
        place = settings.say(Text(fr=f"affirmé dans {graph}", en=f"asserted in {graph}"))
        branch = tree.add(f"[green]{place}[/green] " + ", ".join(fact for fact in facts if fact))
        for name, sha in origin.files:
            branch.add(f"{name} (SHA-256 {sha[:12]}…)")
    for citation in found.citations:
        slide = (
            settings.say(Text(fr=f"diapositive {citation.slide}", en=f"slide {citation.slide}"))
            if citation.slide
            else ""
        )
        status = citation.status.rpartition("/")[2].removeprefix("status-")
        tree.add(
            f"[italic]{citation.quote or ''}[/italic] ({', '.join(part for part in (slide, status) if part)})"
        )
    if found.construct:
        axiom = found.construct.rpartition("#")[2]
        text = settings.say(Text(fr=f"déduit par {axiom}, de :", en=f"inferred by {axiom}, from:"))
        branch = tree.add(f"[yellow]{text}[/yellow]")
        for premise in found.premises:
            branch.children.append(_tree(premise, labels, settings))
    elif found.inferred_in and not found.origins:
        tree.add(
            settings.say(
                Text(
                    fr="déduit, par une voie que les règles d’ici ne retrouvent pas",
                    en="inferred, in a way that the rules at hand do not retrace",
                )
            )
        )
    elif not found.origins:
        tree.add(settings.say(Text(fr="le graphe ne le dit pas", en="the graph does not say so")))
    return tree


def _sentence(triple: Triple, labels: dict[str, str]) -> str:
    parts = (triple.subject, triple.predicate, triple.object)
    return " — ".join(f"[bold]{_short(part, labels)}[/bold]" for part in parts)


def _short(term: Term, labels: dict[str, str]) -> str:
    if not isinstance(term, NamedNode):
        return str(term)
    if term == names.RDF.type:
        return "a"
    for prefix, namespace in PREFIXES.items():
        if term.value.startswith(namespace):
            name = f"{prefix}:{term.value.removeprefix(namespace)}"
            return f"{labels[term.value]} ({name})" if term.value in labels else name
    return labels.get(term.value, term.value)
