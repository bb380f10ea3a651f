"""What every fact bears: its evidence, and the years for which it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from pyoxigraph import BlankNode, Literal, NamedNode

from ...ontology.iris import DATA, data_iri
from ...ontology.names import DT, DTV, RDF, RDFS, SKOS, TIME, XSD
from ...ontology.text import Text
from .kinds import NAME_PATTERN, Choice, LanguageText, Pattern, Ref, Whole, Words, Year
from .model import Fault, Located, Record, Scope, Triple, key

NAME: Final = Pattern(
    NAME_PATTERN,
    Text("un nom court sans espace ni accent", "a short name without spaces or accents"),
    "fibre-network",
)


LABEL: Final = LanguageText(both=True)


def name() -> Located[str] | None:
    return key(NAME, "nom court, unique dans le fichier", "short name, unique in the file", required=True)


def label(identifying: bool = False) -> Located[dict[str, str]] | None:
    return key(
        LABEL,
        "intitulé en français et en anglais",
        "label in French and in English",
        RDFS.label,
        required=True,
        identifying=identifying,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Record):
    """Where a fact is read: the source, the place in it, its exact words, and the statement's status."""

    IRI_KIND: ClassVar[str] = "statement"
    TITLE: ClassVar[Text] = Text("preuve", "evidence")

    source: Located[str] | None = key(
        Ref(("source",)),
        "la source ; celle du fichier si rien n’est écrit",
        "the source; that of the file when nothing is written",
        DT.statedIn,
    )
    slide: Located[int] | None = key(
        Whole(Text("un numéro de diapositive", "a slide number"), 0, 10_000),
        "numéro de la diapositive, à partir de 1 ; 0 pour la couverture d’une archive",
        "number of the slide, from 1; 0 for the cover page of an archive",
        DT.sourceSlide,
        example="5",
    )
    page: Located[str] | None = key(
        Words(),
        "page, telle que la source la numérote",
        "page, as the source numbers it",
        DT.sourcePage,
        example="12",
    )
    quote: Located[dict[str, str]] | None = key(
        LanguageText(),
        "les mots exacts de la source, dans leur langue",
        "the exact words of the source, in their language",
        DT.sourceQuote,
        example="150 000 habitants (Ville centre)",
    )
    status: Located[str] | None = key(
        Choice(
            {
                "context": DTV.status_context,
                "theory": DTV.status_theory,
                "illustration": DTV.status_illustration,
                "finding": DTV.status_finding,
                "recommendation": DTV.status_recommendation,
                "editor-inference": DTV.status_editor_inference,
            }
        ),
        "statut de l’énoncé : contexte, apport théorique, exemple, résultat, recommandation, ou déduction de "
        "la personne qui écrit ce fichier",
        "status of the statement: context, theory, example, finding, recommendation, or inference of the "
        "person who writes this file",
        DT.epistemicStatus,
        required=True,
        example="finding",
    )
    note: Located[dict[str, str]] | None = key(
        LanguageText(),
        "pourquoi on le lit ainsi ; obligatoire pour une déduction",
        "why it is read so; required for an inference",
        SKOS.note,
    )

    def faults(self) -> Iterator[Fault]:
        if self.status is None:
            return
        if self.status.value == "editor-inference":
            if self.note is None:
                yield Fault(
                    self.mark,
                    "inference-without-note",
                    Text(
                        "une déduction de l’éditeur doit dire d’où elle vient.",
                        "an editor's inference must say where it comes from.",
                    ),
                    Text("Ajoutez note: {fr: ..., en: ...}.", "Add note: {fr: ..., en: ...}."),
                )
            return
        lacks = [
            Text("le lieu (slide: ou page:)", "the place (slide: or page:)")
            if self.slide is None and self.page is None
            else None,
            Text("la citation (quote:)", "the quote (quote:)") if self.quote is None else None,
        ]
        missing = [text for text in lacks if text]
        if missing:
            yield Fault(
                self.mark,
                "evidence-incomplete",
                Text(
                    f"il manque à la preuve {' et '.join(text.fr for text in missing)}.",
                    f"the evidence lacks {' and '.join(text.en for text in missing)}.",
                ),
                Text(
                    "Donnez les mots exacts de la source et l’endroit où ils se lisent, "
                    "ou le statut editor-inference.",
                    "Give the exact words of the source and where they are read, "
                    "or the status editor-inference.",
                ),
            )


def evidence(required: bool = True) -> tuple[Evidence, ...]:
    return key(
        Evidence,
        "où la source le dit, et comment",
        "where the source says so, and how",
        required=required,
        many=True,
    )


def not_stated(choices: Mapping[str, NamedNode]) -> tuple[Located[str], ...]:
    return key(
        Choice(choices),
        "ce que la source ne dit pas, quand on l’y a cherché : un silence, non une négation",
        "what the source does not say, when it was looked for there: a silence, not a denial",
        DT.notStated,
        many=True,
    )


def years_faults(start: Located[int] | None, end: Located[int] | None) -> Iterator[Fault]:
    if start and end and end.value < start.value:
        yield Fault(
            end.mark,
            "wrong-year-order",
            Text(
                f"la fin ({end.value}) précède le début ({start.value}).",
                f"the end ({end.value}) comes before the start ({start.value}).",
            ),
            Text(
                "Échangez les deux années, ou retirez end: si la fin n’est pas connue.",
                "Swap the two years, or remove end: when the end is not known.",
            ),
        )


def interval(
    subject: NamedNode, start: Located[int] | None, end: Located[int] | None
) -> tuple[NamedNode, list[Triple]]:
    """A time:ProperInterval named after what it dates; one without a known end has no time:hasEnd."""
    node = data_iri("period", subject.value.removeprefix(DATA))
    triples: list[Triple] = [(node, RDF.type, TIME.ProperInterval)]
    for located, relation in ((start, TIME.hasBeginning), (end, TIME.hasEnd)):
        if located is not None:
            instant = BlankNode()
            triples.append((node, relation, instant))
            triples.append((instant, RDF.type, TIME.Instant))
            triples.append((instant, TIME.inXSDgYear, Literal(f"{located.value:04d}", datatype=XSD.gYear)))
    return node, triples


@dataclass(frozen=True, slots=True, kw_only=True)
class Period(Record):
    """Years from and to; without `end` the period is open or its end is not stated."""

    TITLE: ClassVar[Text] = Text("période", "period")
    INLINE: ClassVar[bool] = True

    start: Located[int] | None = key(
        Year(), "première année", "first year", DT.startYear, required=True, example="2018"
    )
    end: Located[int] | None = key(
        Year(),
        "dernière année ; à retirer si la source n’en donne pas",
        "last year; to be removed when the source gives none",
        DT.endYear,
        example="2032",
    )
    not_stated: tuple[Located[str], ...] = not_stated({"end": DT.endYear})
    evidence: tuple[Evidence, ...] = evidence()

    def faults(self) -> Iterator[Fault]:
        yield from years_faults(self.start, self.end)

    def further(self, subject: NamedNode, scope: Scope) -> Iterator[Triple]:
        node, triples = interval(subject, self.start, self.end)
        yield subject, TIME.hasTime, node
        yield from triples


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentPeriod(Record):
    """The years for which an assessment holds."""

    TITLE: ClassVar[Text] = Text("période d’évaluation", "assessment period")
    INLINE: ClassVar[bool] = True

    start: Located[int] | None = key(Year(), "première année", "first year", required=True, example="2021")
    end: Located[int] | None = key(Year(), "dernière année", "last year", example="2023")

    def faults(self) -> Iterator[Fault]:
        yield from years_faults(self.start, self.end)

    def further(self, subject: NamedNode, scope: Scope) -> Iterator[Triple]:
        node, triples = interval(subject, self.start, self.end)
        yield subject, DT.assessmentPeriod, node
        yield from triples
