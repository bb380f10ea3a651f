"""Territories and bodies of France, looked up by the codes and names that sources give them."""

from __future__ import annotations

from typing import Protocol

from pyoxigraph import NamedNode

from ...ontology.iris import data_iri
from ...ontology.text import Text
from .values import Note, RefusedValueError, insee_code, siren_digits, slug


class Places(Protocol):
    """The territories and bodies of France, as mappings look them up; None where there is no such thing."""

    def commune(self, insee_code: str) -> NamedNode | None: ...

    def department(self, code: str) -> NamedNode | None: ...

    def region(self, code: str) -> NamedNode | None: ...

    def body(self, siren: str) -> NamedNode | None: ...

    def territory_of_body(self, siren: str) -> NamedNode | None: ...

    def merged_into(self, insee_code: str) -> str | None: ...

    def named(self, kind: str, name: str, within: str | None = None) -> NamedNode | None: ...

    def authority_of(self, territory: NamedNode) -> NamedNode | None: ...


def _unknown(kind_fr: str, kind_en: str, code: str) -> RefusedValueError:
    return RefusedValueError(
        "place-unknown",
        Text(
            fr=f"{kind_fr} « {code} » n’existe pas dans la géographie chargée.",
            en=f"{kind_en} “{code}” does not exist in the geography that is loaded.",
        ),
        Text(
            fr="Code faux, territoire disparu, ou hors du périmètre (collectivités d’outre-mer).",
            en="A wrong code, a territory that is no more, or one out of scope (overseas collectivities).",
        ),
    )


def commune(places: Places, value: str, note: Note) -> NamedNode:
    code = insee_code(value, note)
    found = places.commune(code)
    if found is None and (current := places.merged_into(code)) is not None:
        raise RefusedValueError(
            "commune-merged",
            Text(
                fr=f"la commune {code} n’existe plus : elle fait partie de {current}.",
                en=f"commune {code} is no more: it is part of {current}.",
            ),
            Text(
                fr="Donnez la commune actuelle, ou une édition du fichier à jour des fusions.",
                en="Give the present commune, or an edition of the file that follows the mergers.",
            ),
        )
    if found is None:
        raise _unknown("la commune", "commune", code)
    return found


def department(places: Places, value: str) -> NamedNode:
    code = value.strip().upper().zfill(2)
    found = places.department(code)
    if found is None:
        raise _unknown("le département", "department", code)
    return found


def region(places: Places, value: str) -> NamedNode:
    code = value.strip().zfill(2)
    found = places.region(code)
    if found is None:
        raise _unknown("la région", "region", code)
    return found


def organisation(places: Places, value: str, note: Note) -> NamedNode:
    """The body of a SIREN: the one the geography knows, or a new one named by its SIREN."""
    siren = siren_digits(value, note)
    return places.body(siren) or data_iri("org", siren)


def territory(places: Places, kind: str, code: str, note: Note) -> NamedNode | None:
    """A territory by the kind of its code: commune, epci (SIREN), departement, region."""
    match kind:
        case "commune":
            return commune(places, code, note)
        case "epci":
            return places.territory_of_body(siren_digits(code, note))
        case "departement":
            return department(places, code)
        case "region":
            return region(places, code)
    raise RefusedValueError(
        "kind-unknown",
        Text(fr=f"« {kind} » n’est pas une sorte de territoire.", en=f"“{kind}” is not a kind of territory."),
        Text(
            fr="Attendu : commune, epci, departement ou region.",
            en="Expected: commune, epci, departement or region.",
        ),
    )


def owner(places: Places, kind: str, name: str) -> NamedNode | None:
    """The body that owns a project, by its kind and name; syndicates, absent from the map, are named."""
    if kind.startswith("syndicat"):
        return data_iri("org", slug(name))
    territory = places.named("region" if kind == "collectivite" else kind, name)
    return places.authority_of(territory) if territory is not None else None


def own_authority(places: Places, territory: NamedNode | None) -> NamedNode | None:
    """The body of a territory, refused when another body has taken its place (Alsace, Corsica, Paris)."""
    if territory is None:
        return None
    body = places.authority_of(territory)
    area = territory.value.rpartition("/terr-")[2]
    if body is not None and body != data_iri("org", area):
        name = body.value.rpartition("/")[2]
        raise RefusedValueError(
            "authority-replaced",
            Text(
                fr=f"{area} n’a plus de collectivité propre : c’est {name} qui en tient lieu.",
                en=f"{area} no longer has a body of its own: {name} stands in its place.",
            ),
            Text(
                fr="Donnez l’identifiant de la collectivité actuelle.",
                en="Give the identifier of the present authority.",
            ),
        )
    return body
