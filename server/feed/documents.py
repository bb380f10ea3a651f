"""The documents of the feed: streams and pages as TREE and LDES, versions as Atom.

https://w3id.org/ldes/specification, https://w3id.org/tree/specification, RFC 4287
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from ...ontology.names import AS, DCTERMS, LDES, RDF, TREE, XSD
from ...ontology.text import LANGUAGES, Language, Text, grouped
from ...store.feed.model import STREAMS, Change, Page, Step, Stream, stamp

POLLING: Final = "PT5M"
CHANGES: Final = {
    Change.CREATED: (Text("ajout", "new"), Text("ajouts", "new")),
    Change.UPDATED: (Text("modification", "changed"), Text("modifications", "changed")),
    Change.DELETED: (Text("disparition", "gone"), Text("disparitions", "gone")),
}
TITLE: Final = Text("DigiTerr : ce qui change", "DigiTerr: what changes")


def stream_document(stream: Stream, pages: Iterable[Page]) -> str:
    """A stream: how its events are read, and its root node, which leads to each page.

    Addresses are relative to `/feed/NAME`. The root node says how the history is kept: of each thing the
    latest event, at least.
    """
    lines = [
        f"<#stream> a {LDES.EventStream} ;",
        *(_texts(DCTERMS.title, stream.title)),
        f"  {LDES.timestampPath} {AS.published} ;",
        f"  {LDES.versionOfPath} {AS.object} ;",
        f"  {LDES.versionDeletePath} {RDF.type} ;",
        f"  {LDES.versionDeleteObject} {AS.Delete} ;",
        f"  {TREE.view} <> .",
        f"<> a {TREE.Node} , {LDES.EventSource} ;",
        f'  {LDES.pollingInterval} "{POLLING}"^^{XSD.duration} ;',
        f"  {LDES.retentionPolicy} <#retention> .",
        f"<#retention> a {LDES.RetentionPolicy} ; {LDES.versionAmount} 1 .",
    ]
    lines += [
        f"<> {TREE.relation} [ a {kind} ; {TREE.path} {AS.published} ; {TREE.node} <pages/{page.number}> ;"
        f' {TREE.value} "{stamp(page.time)}"^^{XSD.dateTime} ] .'
        for page in pages
        for kind in (TREE.GreaterThanOrEqualToRelation, TREE.LessThanOrEqualToRelation)
    ]
    return "\n".join(lines) + "\n"


def page_document(page: Page, body: str) -> str:
    """A page: its events as members of its stream. Addresses are relative to `/feed/pages/NUMBER`."""
    stream = f"<../{page.stream}#stream>"
    members = " , ".join(f"<#{number}>" for number in range(1, page.events + 1))
    return (
        f"{stream} a {LDES.EventStream} ; {TREE.view} <../{page.stream}> ; {TREE.member} {members} .\n"
        f"<> a {TREE.Node} ; {LDES.immutable} true .\n{body}"
    )


def overview_document() -> str:
    """The streams that there are. Addresses are relative to `/feed`."""
    lines: list[str] = []
    for stream in STREAMS:
        lines += [
            f"<feed/{stream.name}#stream> a {LDES.EventStream} ;",
            *_texts(DCTERMS.title, stream.title),
            f"  {TREE.view} <feed/{stream.name}> .",
        ]
    return "\n".join(lines) + "\n"


def atom_document(steps: Sequence[Step], base: str, language: Language) -> str:
    """One entry for each version, the newest first, which says what it changed."""
    address = f"{base}feed.atom?lang={language}"
    updated = stamp(steps[0].time) if steps else "1970-01-01T00:00:00+00:00"
    head = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">\n'
        f"<title>{escape(TITLE.in_language(language))}</title>\n<id>{escape(base)}feed</id>\n"
        f"<updated>{updated}</updated>\n<author><name>DigiTerr</name></author>\n"
        f'<link rel="self" type="application/atom+xml" href={quoteattr(address)}/>\n'
        f'<link rel="alternate" type="text/html" href={quoteattr(base + "feed")}/>\n'
    )
    return head + "".join(_entry(step, base, language) for step in steps) + "</feed>\n"


def _entry(step: Step, base: str, language: Language) -> str:
    title = Text(f"Version {step.version}", f"Version {step.version}").in_language(language)
    nothing = Text("Rien n’a changé.", "Nothing changed.").in_language(language)
    summary = " ; ".join(summaries(step, language)) or nothing
    return (
        f"<entry><title>{escape(title)}</title><id>{escape(base)}feed#version-{step.version}"
        f"-{step.time.timestamp():.0f}</id><updated>{stamp(step.time)}</updated>\n"
        f'<link rel="alternate" type="text/html" href={quoteattr(f"{base}versions/{step.version}")}/>\n'
        f"<summary>{escape(summary)}</summary></entry>\n"
    )


def summaries(step: Step, language: Language) -> Iterator[str]:
    """What a version changed, a sentence without its full stop for each stream."""
    colon = " : " if language == "fr" else ": "
    for stream in STREAMS:
        counts = step.counts.get(stream.name)
        if counts:
            parts = (
                f"{grouped(counts[change], language)} {names[counts[change] > 1].in_language(language)}"
                for change, names in CHANGES.items()
                if counts.get(change)
            )
            yield f"{stream.title.in_language(language)}{colon}{', '.join(parts)}"


def _texts(predicate: object, text: Text) -> list[str]:
    return [f'  {predicate} "{text.in_language(one)}"@{one} ;' for one in LANGUAGES]
