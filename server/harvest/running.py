"""Harvests as the command line and the schedule run them: with the settings of the service."""

from __future__ import annotations

from collections.abc import Callable

from ...loaders.harvest.harvesting import Options, harvest
from ...loaders.harvest.model import Portal, Run
from ...loaders.harvest.visits import Manners
from ...loaders.model import Progress
from ...ontology.errors import InputError
from ...ontology.text import Text
from ...store.instance import instance_iri
from ..configuration import Configuration
from .publishers import publishers_of


def harvest_portal(
    portal: Portal,
    configuration: Configuration,
    *,
    whole: bool = False,
    withdraw: bool = False,
    told: Callable[[Progress], None] = lambda _progress: None,
) -> Run:
    """Harvest a portal into the data folder. InputError where the graph is a remote engine's."""
    if configuration.remote:
        raise InputError(
            Text(
                "un moissonnage s’écrit dans un dossier de graphe, non dans un moteur distant.",
                "a harvest is written to a graph folder, not to a remote engine.",
            ),
            Text(
                "Retirez le réglage remote, ou donnez --data-dir.",
                "Remove the setting remote, or give --data-dir.",
            ),
        )
    options = Options(
        own=own_addresses(configuration),
        whole=whole,
        withdraw=withdraw,
        keep=configuration.keep_versions,
        manners=Manners(
            interval=configuration.harvest_interval,
            timeout=configuration.harvest_timeout,
            page_size=configuration.harvest_page_size,
        ),
    )
    data_dir = configuration.data_dir.resolve()
    return harvest(portal, data_dir, publishers_of(data_dir), options, told)


def own_addresses(configuration: Configuration) -> frozenset[str]:
    """By what this instance knows its own records: its number, and its public address if it has one."""
    own = {instance_iri(configuration.data_dir.resolve()).value}
    return frozenset(own | ({configuration.public_url} if configuration.public_url else set()))
