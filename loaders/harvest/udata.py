"""udata's JSON (API 1, the software of data.gouv.fr) as DCAT."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlsplit

from pyoxigraph import BlankNode, NamedNode

from ...ontology.names import DCAT, DCTERMS, FOAF
from .json_stream import JsonDocument
from .paging import JsonForm, asking
from .statements import Statements, address_of, mapping, mappings, text_of

ENDPOINT: Final = "/api/1/datasets/"
PAGE_SIZE: Final = 100
_STABLE: Final = "created"
_LATEST: Final = "-last_update"
_FREQUENCIES: Final = "http://publications.europa.eu/resource/authority/frequency/"
_LICENCES: Final = {
    "fr-lo": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    "lov2": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    "odc-odbl": "http://opendatacommons.org/licenses/odbl/1.0/",
    "odc-by": "http://opendatacommons.org/licenses/by/1.0/",
    "odc-pddl": "http://opendatacommons.org/licenses/pddl/1.0/",
    "cc-by": "https://creativecommons.org/licenses/by/4.0/",
    "cc-by-sa": "https://creativecommons.org/licenses/by-sa/4.0/",
    "cc-zero": "https://creativecommons.org/publicdomain/zero/1.0/",
}

FIELDS: Final[Mapping[str, str]] = {
    DCTERMS.identifier.value: "id",
    DCTERMS.title.value: "title",
    DCTERMS.description.value: "description",
    DCTERMS.issued.value: "created_at",
    DCTERMS.modified.value: "last_modified",
    DCTERMS.publisher.value: "organization",
    FOAF.name.value: "organization.name",
    DCTERMS.accrualPeriodicity.value: "frequency",
    DCAT.landingPage.value: "page",
    DCAT.distribution.value: "resources",
    DCAT.accessURL.value: "resources[].url",
    DCAT.downloadURL.value: "resources[].latest",
    DCAT.byteSize.value: "resources[].filesize",
    DCTERMS.license.value: "license",
}
"""What udata calls the property of DCAT that a rule speaks of."""


def first_page(address: str, latest: bool) -> str:
    """The list of a portal's datasets from its beginning: the oldest first, or the last changed.

    What the address already asks for (`organization`, `tag`) stays.
    """
    path = urlsplit(address).path.rstrip("/")
    path = path + "/" if path.endswith("/datasets") and "/api/" in path else path + ENDPOINT
    sort = _LATEST if latest else _STABLE
    return asking(address, path, {"page_size": str(PAGE_SIZE)}, {"sort": sort, "page": "1"})


def _following(document: JsonDocument, _address: str, _read: int) -> str | None:
    """The page after this one of a list, which udata gives."""
    return text_of(document.first("next_page")) or None


def _site(dataset: dict[str, Any], address: str) -> str:
    """The address of the portal: that of its pages, wherever its list was read; of the list, without any."""
    page = text_of(dataset.get("page"))
    parts = urlsplit(page if address_of(page) is not None else address)
    return f"{parts.scheme}://{parts.netloc}"


def _changed(dataset: dict[str, Any]) -> str:
    return text_of(dataset.get("last_update")) or text_of(dataset.get("last_modified"))


def _dataset(statements: Statements, found: dict[str, Any], site: str) -> None:
    if found.get("private") or found.get("deleted"):
        return
    identifier = text_of(found.get("id"))
    uri = address_of(f"{site}/datasets/{identifier}/")
    dataset = uri if identifier and uri is not None else BlankNode()
    say = statements
    say.typed(dataset, DCAT.Dataset)
    say.text(dataset, DCTERMS.identifier, identifier)
    say.text(dataset, DCTERMS.title, found.get("title"))
    say.text(dataset, DCTERMS.description, found.get("description"))
    say.moment(dataset, DCTERMS.issued, found.get("created_at"))
    say.moment(dataset, DCTERMS.modified, found.get("last_modified"))
    say.link(dataset, DCAT.landingPage, found.get("page"))
    if frequency := _frequencies().get(text_of(found.get("frequency"))):
        say.say(dataset, DCTERMS.accrualPeriodicity, NamedNode(_FREQUENCIES + frequency))
    covered = mapping(found.get("temporal_coverage"))
    say.period(dataset, covered.get("start"), covered.get("end"))
    tags = found.get("tags")
    for tag in tags if isinstance(tags, list) else ():
        say.text(dataset, DCAT.keyword, tag)
    for contact in mappings(found.get("contact_points")):
        say.contact(dataset, contact.get("name"), contact.get("email"))
    body = mapping(found.get("organization"))
    if body:
        code = text_of(body.get("id"))
        agent = (code and address_of(f"{site}/organizations/{code}/")) or BlankNode()
        say.publisher(dataset, agent, body.get("name"), [body.get("business_number_id")], body.get("page"))
    harvested = mapping(found.get("harvest"))
    origin = text_of(harvested.get("domain"))
    say.origin(
        dataset, harvested.get("remote_id"), f"https://{origin}/" if origin else harvested.get("remote_url")
    )
    for resource in mappings(found.get("resources")):
        _resource(statements, dataset, resource, site, _LICENCES.get(text_of(found.get("license"))))


def _resource(
    statements: Statements,
    dataset: NamedNode | BlankNode,
    resource: dict[str, Any],
    site: str,
    licence: str | None,
) -> None:
    code = text_of(resource.get("id"))
    node = (code and address_of(f"{site}/fr/datasets/r/{code}#resource")) or BlankNode()
    checksum = mapping(resource.get("checksum"))
    say = statements
    say.say(dataset, DCAT.distribution, node)
    say.typed(node, DCAT.Distribution)
    say.text(node, DCTERMS.title, resource.get("title"))
    say.text(node, DCTERMS.description, resource.get("description"))
    say.link(node, DCAT.accessURL, resource.get("url"))
    say.link(node, DCAT.downloadURL, resource.get("latest"))
    say.format(node, resource.get("format"))
    say.media_type(node, resource.get("mime"))
    say.size(node, resource.get("filesize"))
    say.checksum(node, checksum.get("type"), checksum.get("value"))
    say.moment(node, DCTERMS.issued, resource.get("created_at"))
    say.moment(node, DCTERMS.modified, resource.get("last_modified"))
    say.link(node, DCTERMS.license, licence)


@cache
def _frequencies() -> Mapping[str, str]:
    """udata's words for a frequency, by those of the EU's list."""
    text = files("digiterr.loaders").joinpath("datagouv", "frequencies.csv").read_text("utf-8")
    return {row["code"]: row["concept"] for row in csv.DictReader(text.splitlines())}


FORM: Final = JsonForm(
    records="data", total="total", site=_site, describe=_dataset, changed=_changed, following=_following
)
