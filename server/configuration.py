"""Settings of the service: digiterr.toml, then environment (DIGITERR_...), then flags; the last one wins.

docs/configuration.md documents each of them; a test compares the two.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, cast, get_type_hints

from ..loaders.harvest.model import Portal
from ..ontology.errors import InputError, Where
from ..ontology.iris import GRAPH
from ..ontology.text import Text
from .harvest.portals import read_portals
from .tokens import Token, read_tokens

FILE = "digiterr.toml"
PREFIX = "DIGITERR_"


class ConfigurationError(InputError):
    """A setting that does not exist, or a value that it cannot have."""

    code = "configuration"


@dataclass(frozen=True, slots=True)
class About:
    """What a setting means, and the least value it may have."""

    fr: str
    en: str
    minimum: float | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """Every setting of the service, with its default. Times in seconds, sizes in bytes."""

    data_dir: Annotated[Path, About("Dossier du graphe", "Folder of the graph")] = Path("var")
    host: Annotated[str, About("Adresse d’écoute", "Address to listen on")] = "127.0.0.1"
    port: Annotated[int, About("Port d’écoute", "Port to listen on", minimum=1)] = 8000
    public_url: Annotated[
        str,
        About(
            "URL publique du service, quand un serveur mandataire le précède ; vide : celle de la requête",
            "Public URL of the service, when a proxy stands in front; empty: that of the request",
        ),
    ] = ""
    publisher: Annotated[
        str,
        About(
            "Nom de qui publie ce catalogue, tel que les portails le liront",
            "Name of who publishes this catalogue, as portals will read it",
        ),
    ] = "DigiTerr"
    contact: Annotated[
        str,
        About(
            "Adresse où écrire à propos des données, courriel ou URL ; vide : la page d’accueil",
            "Where to write about the data, an e-mail or a URL; empty: the first page",
        ),
    ] = ""
    web_processes: Annotated[
        int,
        About(
            "Processus web ; 0 : autant que de cœurs, quatre au plus",
            "Web processes; 0: as many as cores, four at most",
            minimum=0,
        ),
    ] = 0
    web_threads: Annotated[
        int, About("Fils d’exécution par processus web", "Threads of each web process", minimum=1)
    ] = 16
    query_timeout: Annotated[
        float,
        About(
            "Délai d’une requête ; `timeout=` peut l’abaisser",
            "Deadline of a query; `timeout=` may lower it",
            minimum=0.001,
        ),
    ] = 30.0
    row_limit: Annotated[
        int,
        About(
            "Lignes (ou triplets) d’une réponse au plus", "Most rows (or triples) of one answer", minimum=1
        ),
    ] = 1_000_000
    query_length: Annotated[
        int, About("Longueur d’une requête au plus", "Greatest length of a query", minimum=1)
    ] = 256 * 1024
    query_depth: Annotated[
        int,
        About(
            "Parenthèses imbriquées d’une requête au plus",
            "Deepest nesting of brackets in a query",
            minimum=1,
        ),
    ] = 200
    upload_size: Annotated[
        int,
        About(
            "Taille d’un envoi au plus, une fois décompressé",
            "Greatest size of an upload, once decompressed",
            minimum=1,
        ),
    ] = 100 * 1024 * 1024
    body_timeout: Annotated[
        float,
        About(
            "Temps qu’un client peut mettre à envoyer le corps d’une requête",
            "Time that a client may take to send the body of a request",
            minimum=0.001,
        ),
    ] = 60.0
    memory_workers: Annotated[
        int,
        About(
            "Processus qui répondent de la mémoire ; 0 : autant que de cœurs",
            "Processes that answer from memory; 0: as many as cores",
            minimum=0,
        ),
    ] = 0
    disk_workers: Annotated[
        int,
        About(
            "Processus qui répondent du disque, au plus",
            "Processes that answer from the disk, at most",
            minimum=1,
        ),
    ] = 8
    memory_quads: Annotated[
        int,
        About(
            "Quads au-delà desquels le graphe reste sur le disque",
            "Quads beyond which the graph stays on disk",
            minimum=0,
        ),
    ] = 6_000_000
    worker_memory: Annotated[
        int,
        About(
            "Mémoire qu’une requête peut prendre",
            "Memory that one query may take",
            minimum=1 << 20,
        ),
    ] = 1 << 30
    queue_length: Annotated[
        int, About("Requêtes en attente au plus", "Most queries that wait for a query process", minimum=0)
    ] = 64
    queue_wait: Annotated[
        float, About("Attente d’une requête au plus", "Longest wait of a query in the queue", minimum=0)
    ] = 10.0
    write_timeout: Annotated[float, About("Délai d’une écriture", "Deadline of a write", minimum=0.001)] = (
        120.0
    )
    keep_versions: Annotated[
        int, About("Versions gardées après une écriture", "Versions kept after a write", minimum=1)
    ] = 5
    prepare_after: Annotated[
        float,
        About(
            "Temps en vigueur après lequel une version voit préparer ses index et ses pages",
            "How long a version must be in force before its indexes and pages are prepared",
            minimum=0,
        ),
    ] = 1.0
    validated: Annotated[
        tuple[str, ...],
        About(
            "Débuts des noms de graphes dont les écritures doivent satisfaire les formes SHACL",
            "Beginnings of the names of graphs whose writes must satisfy the SHACL shapes",
        ),
    ] = (GRAPH,)
    services: Annotated[
        tuple[str, ...],
        About(
            "Points d’accès que SERVICE et LOAD peuvent appeler",
            "Endpoints that SERVICE and LOAD may call",
        ),
    ] = ()
    service_timeout: Annotated[
        float, About("Délai d’un appel à SERVICE", "Deadline of a call to SERVICE", minimum=0.001)
    ] = 10.0
    service_bytes: Annotated[
        int, About("Taille d’une réponse à SERVICE au plus", "Greatest answer to SERVICE", minimum=1)
    ] = 10 << 20
    remote: Annotated[
        str,
        About(
            "URL de requête d’un moteur SPARQL 1.1 distant ; vide : le moteur embarqué",
            "Query URL of a remote SPARQL 1.1 engine; empty: the embedded one",
        ),
    ] = ""
    remote_update: Annotated[
        str, About("URL de mise à jour du moteur distant", "Update URL of the remote engine")
    ] = ""
    remote_graph_store: Annotated[
        str, About("URL Graph Store du moteur distant", "Graph Store URL of the remote engine")
    ] = ""
    remote_user: Annotated[str, About("Compte auprès du moteur distant", "User at the remote engine")] = ""
    remote_password: Annotated[
        str,
        About(
            "Mot de passe de ce compte, de préférence par DIGITERR_REMOTE_PASSWORD",
            "Password of that user, best given as DIGITERR_REMOTE_PASSWORD",
        ),
    ] = ""
    remote_authentication: Annotated[
        str, About("Authentification : basic ou digest", "Authentication: basic or digest")
    ] = "basic"
    cache_size: Annotated[
        int,
        About(
            "Taille du cache des réponses, en mémoire ; 0 : pas de cache",
            "Size of the cache of answers, in memory; 0: no cache",
            minimum=0,
        ),
    ] = 64 * 1024 * 1024
    cache_max_age: Annotated[
        int,
        About(
            "Cache-Control max-age des réponses ; 0 : les clients revalident par ETag",
            "Cache-Control max-age of answers; 0: clients revalidate by ETag",
            minimum=0,
        ),
    ] = 0
    slow_query: Annotated[
        float,
        About(
            "Durée à partir de laquelle une requête est notée lente",
            "From when a query is logged as slow",
            minimum=0,
        ),
    ] = 5.0
    log_format: Annotated[
        str, About("Format du journal : json ou text", "Format of the log: json or text")
    ] = "json"
    harvest_interval: Annotated[
        float,
        About(
            "Temps entre deux requêtes à un portail moissonné, au moins",
            "Least time between two requests to a portal that is harvested",
            minimum=0,
        ),
    ] = 0.1
    harvest_timeout: Annotated[
        float, About("Délai d’une page d’un portail", "Deadline of one page of a portal", minimum=0.001)
    ] = 60.0
    harvest_page_size: Annotated[
        int,
        About(
            "Taille d’une page d’un portail au plus, une fois décompressée",
            "Greatest size of one page of a portal, once decompressed",
            minimum=1,
        ),
    ] = 100 * 1024 * 1024
    harvests: Annotated[
        tuple[Portal, ...],
        About(
            "Portails à moissonner : nom, URL, période (dans digiterr.toml seulement)",
            "Portals to harvest: name, URL, period (in digiterr.toml only)",
        ),
    ] = ()
    tokens: Annotated[
        tuple[Token, ...],
        About(
            "Jetons d’écriture : nom, empreinte, graphes (dans digiterr.toml seulement)",
            "Tokens that may write: name, hash, graphs (in digiterr.toml only)",
        ),
    ] = ()


SETTINGS: dict[str, tuple[object, About]] = {
    name: (getattr(Configuration(), name), hint.__metadata__[0])
    for name, hint in get_type_hints(Configuration, include_extras=True).items()
}

_CHOICES = {"log_format": ("json", "text"), "remote_authentication": ("basic", "digest")}


def load(
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, object | None] | None = None,
) -> Configuration:
    """The settings in force. `file` None: ./digiterr.toml, if any; flags that are None are no flags.

    Raises ConfigurationError naming the file or variable, the setting and what it may be.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, object] = {}
    path = file or Path(FILE)
    if file is not None or path.is_file():
        values.update(_from_file(path))
    for name, text in environment.items():
        if name.startswith(PREFIX):
            key = name.removeprefix(PREFIX).lower()
            values[key] = _convert(key, text, Where(pointer=name))
    values.update({key: value for key, value in (flags or {}).items() if value is not None})
    configuration = Configuration(**cast("dict[str, Any]", values))
    for name, known in _CHOICES.items():
        if getattr(configuration, name) not in known:
            raise _refused(name, getattr(configuration, name), Where(pointer=name), ", ".join(known))
    return configuration


def _from_file(path: Path) -> dict[str, object]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(
            Text(
                f"la configuration ne peut être lue ({error.strerror}).",
                f"the configuration cannot be read ({error.strerror}).",
            ),
            Text("Vérifiez le chemin donné à --config.", "Check the path given to --config."),
            Where(str(path)),
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            Text(f"ce n’est pas du TOML valide ({error}).", f"this is not valid TOML ({error})."),
            None,
            Where(str(path)),
        ) from error
    return {key: _convert(key, value, Where(str(path), pointer=key)) for key, value in content.items()}


def _convert(key: str, value: object, where: Where) -> object:
    if key not in SETTINGS:
        near = difflib.get_close_matches(key, SETTINGS, 1)
        raise ConfigurationError(
            Text("ce réglage n’existe pas.", "there is no such setting."),
            Text(f"Vouliez-vous dire {near[0]} ?", f"Did you mean {near[0]}?") if near else None,
            where,
        )
    if key == "tokens":
        return read_tokens(value, where)
    if key == "harvests":
        return read_portals(value, where)
    default, about = SETTINGS[key]
    if isinstance(default, tuple):
        return _convert_list(key, value, where)
    kind = cast("Callable[[Any], object]", Path if key == "data_dir" else type(default))
    expected = {str: "text", int: "integer", float: "number"}.get(type(default), "path")
    if isinstance(value, bool) or (isinstance(value, float) and kind is int):
        raise _refused(key, value, where, expected)
    try:
        converted = kind(value)
    except (TypeError, ValueError):
        raise _refused(key, value, where, expected) from None
    if about.minimum is not None and cast("float", converted) < about.minimum:
        raise _refused(key, value, where, f"{expected} >= {about.minimum}")
    return converted


def _convert_list(key: str, value: object, where: Where) -> tuple[str, ...]:
    """A list of texts; in the environment, separated by spaces."""
    items = value.split() if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise _refused(key, value, where, "list of text")
    return tuple(items)


def _refused(key: str, value: object, where: Where, expected: str) -> ConfigurationError:
    return ConfigurationError(
        Text(
            f"{key} ne peut valoir {value!r} ; valeur attendue : {expected}.",
            f"{key} cannot be {value!r}; expected: {expected}.",
        ),
        None,
        where,
    )
