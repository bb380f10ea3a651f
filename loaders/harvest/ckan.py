"""CKAN's JSON (Action API, package_search) as DCAT, in the way of ckanext-dcat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit, urlunsplit

from pyoxigraph import BlankNode, NamedNode

from ...ontology.names import DCAT, DCTERMS, FOAF
from .json_stream import JsonDocument
from .paging import JsonForm, asking
from .statements import Statements, address_of, mapping, mappings, text_of

ENDPOINT: Final = "/api/3/action/package_search"
ROWS: Final = 1000
_STABLE: Final = "id asc"
_LATEST: Final = "metadata_modified desc"
_LICENCES: Final = {
    "fr-lo": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    "lov2": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    "odc-odbl": "http://opendatacommons.org/licenses/odbl/1.0/",
    "cc-by": "http://creativecommons.org/licenses/by/4.0/",
    "cc-zero": "https://creativecommons.org/publicdomain/zero/1.0/",
}

FIELDS: Final[Mapping[str, str]] = {
    DCTERMS.identifier.value: "id",
    DCTERMS.title.value: "title",
    DCTERMS.description.value: "notes",
    DCTERMS.issued.value: "metadata_created",
    DCTERMS.modified.value: "metadata_modified",
    DCTERMS.publisher.value: "organization",
    FOAF.name.value: "organization.title",
    DCTERMS.accrualPeriodicity.value: "extras.frequency",
    DCAT.landingPage.value: "name",
    DCAT.distribution.value: "resources",
    DCAT.accessURL.value: "resources[].url",
    DCAT.downloadURL.value: "resources[].url",
    DCAT.byteSize.value: "resources[].size",
    DCTERMS.license.value: "license_url",
}
"""What CKAN calls the property of DCAT that a rule speaks of."""


def first_page(address: str, latest: bool) -> str:
    """The search of a portal from its beginning: all its datasets, or the last changed first.

    What the address already asks for (`fq`, `q`) stays.
    """
    path = urlsplit(address).path.rstrip("/")
    path = path if path.endswith("/package_search") else path + ENDPOINT
    sort = _LATEST if latest else _STABLE
    return asking(address, path, {"rows": str(ROWS)}, {"sort": sort, "start": "0"})


def _following(document: JsonDocument, address: str, read: int) -> str | None:
    """The page after this one of a search."""
    parts, count = urlsplit(address), document.first(FORM.total)
    said = parse_qs(parts.query).get("start", [""])[0]
    start = int(said) if said.isdigit() else 0
    if not read or not isinstance(count, int) or start + read >= count:
        return None
    return asking(address, parts.path, {}, {"start": str(start + read)})


def _site(_package: dict[str, Any], address: str) -> str:
    """The address of the portal; empty for a page that was read from a file."""
    parts = urlsplit(address)
    root = urlunsplit((parts.scheme, parts.netloc, parts.path.partition("/api/")[0], "", ""))
    return root.rstrip("/") if address_of(address) is not None else ""


def _package(statements: Statements, package: dict[str, Any], site: str) -> None:
    if package.get("private") is True or package.get("state", "active") != "active":
        return
    extras = {text_of(extra.get("key")): extra.get("value") for extra in mappings(package.get("extras"))}
    identifier = text_of(package.get("id"))
    own = address_of(text_of(extras.get("uri")))
    dataset = own or (identifier and address_of(f"{site}/dataset/{identifier}")) or BlankNode()
    say = statements
    say.typed(dataset, DCAT.Dataset)
    say.text(dataset, DCTERMS.identifier, extras.get("guid") or extras.get("identifier") or identifier)
    say.text(dataset, DCTERMS.title, package.get("title"))
    say.text(dataset, DCTERMS.description, package.get("notes"))
    say.moment(dataset, DCTERMS.issued, extras.get("issued") or package.get("metadata_created"))
    say.moment(dataset, DCTERMS.modified, extras.get("modified") or package.get("metadata_modified"))
    page = f"{site}/dataset/{text_of(package.get('name')) or identifier}"
    say.link(dataset, DCAT.landingPage, page if site else package.get("url"))
    say.link(dataset, DCTERMS.accrualPeriodicity, _only_link(extras.get("frequency")))
    say.period(dataset, extras.get("temporal_start"), extras.get("temporal_end"))
    say.contact(dataset, package.get("maintainer"), package.get("maintainer_email"))
    say.contact(dataset, package.get("author"), package.get("author_email"))
    for tag in mappings(package.get("tags")):
        say.text(dataset, DCAT.keyword, tag.get("display_name") or tag.get("name"))
    body = mapping(package.get("organization"))
    if body:
        agent = address_of(f"{site}/organization/{text_of(body.get('id'))}") or BlankNode()
        numbers = [body.get("siret"), body.get("siren"), extras.get("publisher_siret"), extras.get("siret")]
        say.publisher(dataset, agent, body.get("title") or body.get("name"), numbers)
    say.origin(
        dataset, extras.get("guid"), extras.get("harvest_catalogue_url") or extras.get("harvest_source_url")
    )
    licence = package.get("license_url") or _LICENCES.get(text_of(package.get("license_id")))
    for resource in mappings(package.get("resources")):
        _resource(statements, dataset, resource, site, identifier, licence)


def _resource(
    statements: Statements,
    dataset: NamedNode | BlankNode,
    resource: dict[str, Any],
    site: str,
    package: str,
    licence: Any,
) -> None:
    code = text_of(resource.get("id"))
    node = (code and address_of(f"{site}/dataset/{package}/resource/{code}")) or BlankNode()
    say = statements
    say.say(dataset, DCAT.distribution, node)
    say.typed(node, DCAT.Distribution)
    say.text(node, DCTERMS.title, resource.get("name"))
    say.text(node, DCTERMS.description, resource.get("description"))
    say.link(node, DCAT.accessURL, resource.get("access_url") or resource.get("url"))
    say.link(node, DCAT.downloadURL, resource.get("download_url"))
    say.format(node, resource.get("format"))
    say.media_type(node, resource.get("mimetype"))
    say.size(node, resource.get("size"))
    say.moment(node, DCTERMS.issued, resource.get("created"))
    say.moment(node, DCTERMS.modified, resource.get("last_modified"))
    say.checksum(node, resource.get("hash_algorithm"), resource.get("hash"))
    say.link(node, DCTERMS.license, licence)


def _only_link(value: Any) -> Any:
    """A frequency that is an address; a word of the portal's own is none of a list that others know."""
    return value if address_of(text_of(value)) is not None else None


FORM: Final = JsonForm(
    records="result.results",
    total="result.count",
    site=_site,
    describe=_package,
    changed=lambda package: text_of(package.get("metadata_modified")),
    following=_following,
)
