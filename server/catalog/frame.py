"""What every page of a catalogue has: the catalogue itself, its publisher, its place among the pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from pyoxigraph import Literal, NamedNode

from ...ontology.iris import DATA
from ...ontology.names import DCAT, DCTERMS, FOAF, HYDRA, VCARD, XSD
from ...ontology.text import Text
from ...store.model import DatasetVersion, Engine
from .authorities import ENGLISH, FRANCE, FRENCH, THEMES
from .description import Description, moment
from .records import RECORDS_ON_A_PAGE, Publisher

DATASET: Final = NamedNode(DATA + "dataset-digiterr")
TITLE: Final = Text("Catalogue de DigiTerr", "Catalogue of DigiTerr")
ABOUT: Final = Text(
    "Les graphes de DigiTerr sur les territoires numériques, et les jeux de données de collectivités dont "
    "il tient la notice.",
    "The graphs of DigiTerr about digital territories, and the datasets of local authorities of which it "
    "keeps records.",
)


@dataclass(frozen=True, slots=True)
class Frame:
    """A catalogue being written: where, of which version, by whom.

    `base` is the public address of the service, with its final slash; `own` the name of this instance, by
    which its own records are told from those of others; `body` the publisher whose catalogue it is, if any.
    """

    base: str
    engine: Engine
    version: DatasetVersion
    own: NamedNode
    publisher_name: str
    contact: str = ""
    body: Publisher | None = None

    @property
    def catalog(self) -> NamedNode:
        return NamedNode(self.base + (f"catalog/publisher/{self.body.siren}" if self.body else "catalog"))

    def node(self, name: str) -> NamedNode:
        """A thing that the catalogue describes and that has no address of its own."""
        return NamedNode(f"{self.base}catalog#{name}")

    def page(self, path: str) -> NamedNode:
        return NamedNode(self.base + path)

    def record_of(self, dataset: str) -> NamedNode:
        """The record that the catalogue makes for a dataset: an address that answers with it."""
        return NamedNode(f"{self.base}catalog?dataset={quote(dataset, safe='')}")

    @property
    def publisher(self) -> NamedNode:
        return self.node("publisher")

    @property
    def contact_point(self) -> NamedNode:
        return self.node("contact")


def describe_catalog(made: Description, frame: Frame) -> None:
    """The catalogue, as every page says it."""
    catalog, body = frame.catalog, frame.body
    made.type(catalog, DCAT.Catalog)
    if body:
        made.say(
            catalog,
            DCTERMS.title,
            Text(f"Jeux de données publiés par {body.name}", f"Datasets published by {body.name}"),
        )
        made.add(catalog, DCTERMS.isPartOf, frame.page("catalog"))
    else:
        made.say(catalog, DCTERMS.title, TITLE)
    made.say(catalog, DCTERMS.description, ABOUT)
    made.add(catalog, DCTERMS.identifier, Literal(frame.own.value))
    made.add(catalog, DCTERMS.language, FRENCH, ENGLISH)
    made.add(catalog, DCTERMS.spatial, FRANCE)
    made.add(catalog, DCTERMS.publisher, frame.publisher)
    made.add(frame.publisher, FOAF.name, Literal(frame.publisher_name))
    made.add(catalog, FOAF.homepage, NamedNode(frame.base))


def describe_whole(made: Description, frame: Frame, total: int) -> None:
    """What only the first page says, since it changes with every version."""
    made.add(frame.catalog, DCTERMS.modified, moment(frame.version.created))
    made.add(frame.catalog, DCAT.themeTaxonomy, THEMES)
    made.add(frame.catalog, HYDRA.totalItems, Literal(str(total), datatype=XSD.integer))


def describe_contact(made: Description, frame: Frame) -> None:
    made.add(frame.contact_point, VCARD.fn, Literal(frame.publisher_name))
    if "@" in frame.contact:
        made.add(frame.contact_point, VCARD.hasEmail, NamedNode(f"mailto:{frame.contact}"))
    else:
        made.add(frame.contact_point, VCARD.hasURL, NamedNode(frame.contact or frame.base))


@dataclass(frozen=True, slots=True)
class Place:
    """A page among those of a catalogue: `number` counts from 1 to `pages`.

    Which records stand on a page depends on them and on the number of pages alone, so that a record that
    comes or goes changes one page. `kept` are the other parameters of the address.
    """

    document: str  # the address without parameters, as it was asked for
    number: int
    pages: int
    kept: tuple[tuple[str, str], ...] = ()

    def address(self, number: int) -> str:
        place = (("page", str(number)), ("of", str(self.pages))) if number > 1 else ()
        asked = urlencode((*self.kept, *place))
        return self.document + (f"?{asked}" if asked else "")

    @property
    def before(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


def describe_view(made: Description, catalog: NamedNode, place: Place) -> None:
    """The page as Hydra says it, with the class of older harvesters beside the present one."""
    view = NamedNode(place.address(place.number))
    if view == catalog:
        view = NamedNode(f"{catalog.value}#page")
    made.type(view, HYDRA.PartialCollectionView, HYDRA.PagedCollection)
    made.type(catalog, HYDRA.Collection)
    made.add(catalog, HYDRA.view, view)
    made.add(view, HYDRA.itemsPerPage, Literal(str(RECORDS_ON_A_PAGE), datatype=XSD.integer))
    for name, number in (
        (HYDRA.first, 1),
        (HYDRA.previous, place.before),
        (HYDRA.next, place.after),
        (HYDRA.last, place.pages),
    ):
        if number:
            made.add(view, name, NamedNode(place.address(number)))
