"""Records on the documents in which facts are read: people, bodies, events, works, sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from pyoxigraph import NamedNode

from ...ontology.names import BIBO, CITO, DCAT, DCTERMS, FABIO, FOAF, ORG, PROV, RDF, RDFS, SCHEMA, SKOS
from ...ontology.text import Text
from .evidence import LABEL, NAME, Evidence, evidence
from .kinds import Choice, Date, LanguageText, Pattern, Ref, Whole, Words
from .model import Located, Record, key

URL: Final = Pattern(
    r"https?://[^\s<>\"{}|\\^`]+",
    Text("une adresse web", "a web address"),
    "https://example.org/report",
    None,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Affiliation(Record):
    """A person's place in a body, as the source gives it."""

    IRI_KIND: ClassVar[str] = "membership"
    TITLE: ClassVar[Text] = Text("appartenance", "affiliation")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (ORG.Membership,)

    body: Located[str] | None = key(
        Ref(("body",)), "organisme", "body", ORG.organization, required=True, example="university"
    )
    role: Located[dict[str, str]] | None = key(LanguageText(), "fonction", "role", SCHEMA.roleName)
    year: Located[str] | None = key(
        Date(), "année où elle est constatée", "year in which it is observed", DCTERMS.date
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Record):
    """A person who wrote, presented or supervised. No address, no e-mail."""

    IRI_KIND: ClassVar[str] = "person"
    TITLE: ClassVar[Text] = Text("personne", "person")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (FOAF.Person,)
    GROUP: ClassVar[str] = "person"

    id: Located[str] | None = key(NAME, "nom court", "short name", required=True)
    name_: Located[str] | None = key(Words(), "nom", "name", FOAF.name, required=True)
    description: Located[dict[str, str]] | None = key(
        LanguageText(), "ce qu’en dit la source", "what the source says of the person", DCTERMS.description
    )
    affiliations: tuple[Affiliation, ...] = key(
        Affiliation, "appartenances", "affiliations", inverse=ORG.member, many=True
    )
    evidence: tuple[Evidence, ...] = evidence(required=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body(Record):
    """An organisation outside the cases: a university, a laboratory, a scientific interest group."""

    IRI_KIND: ClassVar[str] = "org"
    TITLE: ClassVar[Text] = Text("organisme", "body")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (ORG.Organization,)
    GROUP: ClassVar[str] = "body"

    id: Located[str] | None = key(NAME, "nom court", "short name", required=True)
    label: Located[dict[str, str]] | None = key(LABEL, "intitulé", "label", RDFS.label, required=True)
    evidence: tuple[Evidence, ...] = evidence(required=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisers(Record):
    """Who organised an event."""

    TITLE: ClassVar[Text] = Text("organisation de l’événement", "organisers of the event")
    INLINE: ClassVar[bool] = True

    bodies: tuple[Located[str], ...] = key(
        Ref(("body",)), "organismes", "bodies", SCHEMA.organizer, required=True, many=True
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Record):
    """A conference or another meeting at which a source was presented."""

    IRI_KIND: ClassVar[str] = "event"
    TITLE: ClassVar[Text] = Text("événement", "event")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (BIBO.Conference,)
    GROUP: ClassVar[str] = "event"

    id: Located[str] | None = key(NAME, "nom court", "short name", required=True)
    label: Located[dict[str, str]] | None = key(LABEL, "intitulé", "label", RDFS.label, required=True)
    date: Located[str] | None = key(Date(), "date", "date", DCTERMS.date)
    place: Located[str] | None = key(Words(), "lieu", "place", SCHEMA.location)
    organisers: Organisers | None = key(Organisers, "qui l’a organisé", "who organised it")
    evidence: tuple[Evidence, ...] = evidence(required=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository(Record):
    """An archive or catalogue that holds a source."""

    IRI_KIND: ClassVar[str] = "catalog"
    TITLE: ClassVar[Text] = Text("archive", "repository")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (DCAT.Catalog,)
    GROUP: ClassVar[str] = "repository"

    id: Located[str] | None = key(NAME, "nom court", "short name", required=True)
    label: Located[dict[str, str]] | None = key(LABEL, "intitulé", "label", RDFS.label, required=True)
    evidence: tuple[Evidence, ...] = evidence(required=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(Record):
    """A work that a source cites. What could not be identified keeps its author and year alone."""

    IRI_KIND: ClassVar[str] = "work"
    TITLE: ClassVar[Text] = Text("travail cité", "cited work")
    GROUP: ClassVar[str] = "work"

    id: Located[str] | None = key(NAME, "nom court", "short name", required=True)
    kind: Located[str] | None = key(
        Choice(
            {
                "book": FABIO.Book,
                "article": FABIO.JournalArticle,
                "thesis": FABIO.DoctoralThesis,
                "unknown": FABIO.Work,
            }
        ),
        "sorte de travail ; unknown si elle n’est pas établie",
        "sort of work; unknown when it is not established",
        RDF.type,
        required=True,
    )
    citation: Located[str] | None = key(
        Words(),
        "citation auteur-année",
        "author-year citation",
        RDFS.label,
        required=True,
        example="Moore (1995)",
    )
    title: Located[str] | None = key(Words(), "titre", "title", DCTERMS.title)
    authors: tuple[Located[str], ...] = key(Words(), "auteurs", "authors", SCHEMA.author, many=True)
    year: Located[str] | None = key(Date(), "année", "year", DCTERMS.date)
    publisher: Located[str] | None = key(
        Words(), "éditeur ou revue", "publisher or journal", DCTERMS.publisher
    )
    doi: Located[str] | None = key(
        Pattern(r"10\.[0-9]{4,9}/\S+", Text("un DOI", "a DOI"), "10.3233/IP-2012-0269"),
        "DOI",
        "DOI",
        BIBO.doi,
    )
    note: Located[dict[str, str]] | None = key(LanguageText(), "remarque", "remark", SKOS.note)


CITED_FOR: Final = {
    "uses-method-in": CITO.usesMethodIn,
    "cites-as-authority": CITO.citesAsAuthority,
    "cites-as-data-source": CITO.citesAsDataSource,
    "obtains-background-from": CITO.obtainsBackgroundFrom,
}


def _citations(name: str) -> tuple[Located[str], ...]:
    return key(
        Ref(("work",), "moore-1995"),
        "travaux cités à ce titre (propriété de CiTO)",
        "works cited in this way (a property of CiTO)",
        CITED_FOR[name],
        many=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Citations(Record):
    """Which works a source cites, and what for, in the words of CiTO."""

    TITLE: ClassVar[Text] = Text("citations", "citations")
    INLINE: ClassVar[bool] = True

    uses_method_in: tuple[Located[str], ...] = _citations("uses-method-in")
    cites_as_authority: tuple[Located[str], ...] = _citations("cites-as-authority")
    cites_as_data_source: tuple[Located[str], ...] = _citations("cites-as-data-source")
    obtains_background_from: tuple[Located[str], ...] = _citations("obtains-background-from")
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Record):
    """A heading of the source's outline."""

    IRI_KIND: ClassVar[str] = "part"
    TITLE: ClassVar[Text] = Text("partie du plan", "part of the outline")

    position: Located[int] | None = key(
        Whole(Text("un rang", "a rank"), 1, 1000), "rang", "rank", SCHEMA.position, required=True
    )
    heading: Located[dict[str, str]] | None = key(
        LanguageText(), "intitulé", "heading", DCTERMS.title, required=True
    )
    evidence: tuple[Evidence, ...] = evidence(required=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributors(Record):
    """People who contributed to a source without writing it."""

    TITLE: ClassVar[Text] = Text("contributions", "contributors")
    INLINE: ClassVar[bool] = True

    people: tuple[Located[str], ...] = key(
        Ref(("person",)), "personnes", "people", SCHEMA.contributor, required=True, many=True
    )
    evidence: tuple[Evidence, ...] = evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDocument(Record):
    """A document in which facts are read: slides, an article, a report, a thesis, field notes."""

    IRI_KIND: ClassVar[str] = "source"
    TITLE: ClassVar[Text] = Text("source", "source")
    TYPES: ClassVar[tuple[NamedNode, ...]] = (PROV.Entity,)
    GROUP: ClassVar[str] = "source"

    id: Located[str] | None = key(
        NAME,
        "nom court, repris par source:",
        "short name, used by source:",
        required=True,
        example="report-2024",
    )
    kind: Located[str] | None = key(
        Choice(
            {
                "slides": BIBO.Slideshow,
                "article": FABIO.JournalArticle,
                "book": FABIO.Book,
                "thesis": FABIO.DoctoralThesis,
                "report": FABIO.Report,
                "web-page": FABIO.WebPage,
            }
        ),
        "sorte de document",
        "sort of document",
        RDF.type,
        required=True,
        example="report",
    )
    title: Located[dict[str, str]] | None = key(
        LanguageText(),
        "titre, dans les langues de la source",
        "title, in the languages of the source",
        DCTERMS.title,
        required=True,
        example="Rapport sur les usages du numérique",
    )
    identifier: Located[str] | None = key(Words(), "identifiant", "identifier", DCTERMS.identifier)
    url: Located[str] | None = key(URL, "adresse", "address", SCHEMA.url)
    creators: tuple[Located[str], ...] = key(
        Ref(("person",)), "auteurs", "authors", DCTERMS.creator, many=True
    )
    contributors: Contributors | None = key(Contributors, "contributions", "contributors")
    date: Located[str] | None = key(Date(), "date", "date", DCTERMS.date)
    submitted: Located[str] | None = key(Date(), "date de dépôt", "date of deposit", DCTERMS.dateSubmitted)
    event: Located[str] | None = key(
        Ref(("event",)),
        "événement où elle fut présentée",
        "event at which it was presented",
        BIBO.presentedAt,
    )
    repository: Located[str] | None = key(
        Ref(("repository",)), "archive qui la conserve", "archive that keeps it", DCTERMS.isPartOf
    )
    outline: tuple[Part, ...] = key(Part, "plan", "outline", inverse=DCTERMS.isPartOf, many=True)
    citations: tuple[Citations, ...] = key(Citations, "travaux cités", "works cited", many=True)
    evidence: tuple[Evidence, ...] = evidence(required=False)
