"""Matching of names with a fault each, and search: how often it is right, how sure it is, how fast.

    python bench/reconcile.py --data-dir var            # the index of the version in force there

Names of communes are taken at random (seeded) and given one fault each: an accent lost, two letters swapped,
an article dropped, a word abbreviated. A commune whose name others bear too is asked for with its department.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from digiterr.loaders.matching.index import NameIndex
from digiterr.loaders.matching.matcher import Matcher
from digiterr.loaders.matching.model import Candidate, Thing, Wanted
from digiterr.loaders.matching.searching import search
from digiterr.ontology.names import DT
from digiterr.server.search.preparing import index_folder
from digiterr.store.versions import Versions

NAMES = 500
SEED = 2026
ABBREVIATIONS = {
    "Saint": "St", "Sainte": "Ste", "Saints": "Sts", "Saintes": "Stes", "sur": "s/", "sous": "s/s",
    "Notre": "N.", "Grand": "Gd", "Grande": "Gde", "Château": "Chât.", "Vieux": "Vx", "Mont": "Mt",
    "Montagne": "Mgne", "Villeneuve": "Villen.", "Bourg": "Bg", "Chapelle": "Chap.", "Ville": "V.",
    "Neuve": "Nve", "Petit": "Pt", "Forêt": "For.", "Fontaine": "Font.",
}  # fmt: skip
ARTICLE = re.compile(r"(?i)(?:(?<=^)|(?<=[-\s]))(?:l['’]|d['’]|(?:le|la|les|de|du|des|en)(?=[-\s])[-\s])")


@dataclass(frozen=True)
class Rates:
    """Parts of the names asked for, 0 to 1; milliseconds, by the clock and of CPU, for a batch of 100."""

    names: int
    first: float
    first_three: float
    sure: float
    sure_and_wrong: float
    batch_ms: float
    batch_cpu_ms: float


def communes(index: NameIndex) -> list[Thing]:
    """The present communes, in the order of their codes."""
    query = index.term("kind", DT.MunicipalTerritory.value)
    entries, _ = index.find(query, index.count(query))
    return sorted((entry.thing for entry in entries if entry.thing.weight), key=lambda thing: thing.codes)


def accent_lost(name: str, dice: random.Random) -> str:
    places = [at for at, letter in enumerate(name) if unaccented(letter) != letter]
    if not places:
        return name
    at = dice.choice(places)
    return name[:at] + unaccented(name[at]) + name[at + 1 :]


def unaccented(letter: str) -> str:
    plain = "".join(one for one in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(one))
    return {"œ": "oe", "Œ": "Oe"}.get(plain, plain)


def letters_swapped(name: str, dice: random.Random) -> str:
    places = [
        at
        for at in range(len(name) - 1)
        if name[at].isalpha() and name[at + 1].isalpha() and name[at].lower() != name[at + 1].lower()
    ]
    if not places:
        return name
    at = dice.choice(places)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def article_dropped(name: str, dice: random.Random) -> str:
    places = list(ARTICLE.finditer(name))
    if not places:
        return name
    found = dice.choice(places)
    return name[: found.start()] + name[found.end() :]


def abbreviated(name: str, dice: random.Random) -> str:
    places = [found for found in re.finditer(r"\w+", name) if found[0] in ABBREVIATIONS]
    if not places:
        return name
    found = dice.choice(places)
    return name[: found.start()] + ABBREVIATIONS[found[0]] + name[found.end() :]


FAULTS: tuple[Callable[[str, random.Random], str], ...] = (
    accent_lost,
    letters_swapped,
    article_dropped,
    abbreviated,
)


def faulty(things: Sequence[Thing], count: int, seed: int) -> list[tuple[str, str, Thing]]:
    """So many communes, each with a fault in its name: the fault, the name as it is written, the commune."""
    dice = random.Random(seed)
    found: list[tuple[str, str, Thing]] = []
    while len(found) < count:
        fault = FAULTS[len(found) % len(FAULTS)]
        thing = dice.choice(things)
        written = fault(thing.label.fr, dice)
        if written != thing.label.fr and written.strip():
            found.append((fault.__name__, written, thing))
    return found


def department(thing: Thing) -> str:
    return next((one for one in thing.within if "/terr-department-" in one), "")


def asked(thing: Thing, written: str, *, told: bool) -> Wanted:
    around = ((department(thing), DT.DepartmentTerritory),) if told and department(thing) else ()
    return Wanted(written, kinds=(DT.MunicipalTerritory,), around=around, limit=3)


Missed = list[tuple[Thing, Wanted, tuple[Candidate, ...]]]


def rates(matcher: Matcher, questions: Iterable[tuple[Thing, Wanted]]) -> tuple[Rates, Missed]:
    """How the matcher answers, and what it got wrong."""
    first = three = sure = wrong = 0
    missed: Missed = []
    everything = list(questions)
    started, cpu_started = time.perf_counter(), time.process_time()
    answers = [matcher.match(wanted) for _, wanted in everything]
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu_started
    for (thing, wanted), found in zip(everything, answers, strict=True):
        ranks = [one.thing.iri for one in found]
        right = ranks[:1] == [thing.iri]
        first += right
        three += thing.iri in ranks
        sure += bool(found and found[0].sure)
        wrong += bool(found and found[0].sure and not right)
        if not right:
            missed.append((thing, wanted, found))
    count = len(everything)
    parts = (first / count, three / count, sure / count, wrong / count)
    return Rates(count, *parts, seconds * 1e5 / count, cpu * 1e5 / count), missed


def measure(index: NameIndex, count: int = NAMES, seed: int = SEED) -> dict[str, tuple[Rates, Missed]]:
    """The rates for names with faults, and for homonyms with their department, spelt right."""
    matcher = Matcher(index)
    things = communes(index)
    bearers = Counter(thing.label.fr for thing in things)
    names = faulty(things, count, seed)
    matcher.match(Wanted("Rennes"))
    homonyms = random.Random(seed).sample([one for one in things if bearers[one.label.fr] > 1], count)
    return {
        "one fault": rates(
            matcher,
            ((thing, asked(thing, written, told=bearers[thing.label.fr] > 1)) for _, written, thing in names),
        ),
        "one fault, department given": rates(
            matcher, ((thing, asked(thing, written, told=True)) for _, written, thing in names)
        ),
        "homonyms, department given": rates(
            matcher, ((thing, asked(thing, thing.label.fr, told=True)) for thing in homonyms)
        ),
    }


def search_times(index: NameIndex) -> list[float]:
    """Milliseconds of the searches that typing some names makes, letter by letter, the longest last."""
    texts = [
        word[:end]
        for word in ("Saint-Denis", "Rennes Métropole", "valeur économique", "35238")
        for end in range(1, len(word) + 1)
    ]
    found: list[float] = []
    for text in texts:
        started = time.perf_counter()
        search(index, text, limit=10)
        found.append(1000 * (time.perf_counter() - started))
    return found


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--data-dir", type=Path, default=Path("var"))
    options.add_argument("--names", type=int, default=NAMES)
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--json", action="store_true", help="figures as JSON")
    options.add_argument("--missed", action="store_true", help="the names that were not right first")
    arguments = options.parse_args()
    version = Versions(arguments.data_dir).current_number()
    folder = index_folder(arguments.data_dir, version or 0)
    if not folder.is_dir():
        print(f"no index in {folder}: run digiterr prepare --data-dir {arguments.data_dir}", file=sys.stderr)
        return 2
    index = NameIndex(folder)
    found = measure(index, arguments.names, arguments.seed)
    spent = search_times(index)
    if arguments.json:
        figures = {name: asdict(one) for name, (one, _) in found.items()}
        print(
            json.dumps({**figures, "search_ms": {"median": median(spent), "longest": max(spent)}}, indent=2)
        )
        return 0
    print(
        "| names | asked | right first | first three | flagged sure | sure and wrong | batch of 100 | CPU |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for name, (one, missed) in found.items():
        parts = (f"{part:.2%}" for part in (one.first, one.first_three, one.sure, one.sure_and_wrong))
        times = (f"{one.batch_ms:.0f} ms", f"{one.batch_cpu_ms:.0f} ms")
        print(f"| {' | '.join((name, str(one.names), *parts, *times))} |")
        for thing, wanted, answers in missed if arguments.missed else ():
            offered = ", ".join(f"{one.thing.label.fr} {one.score}" for one in answers)
            print(f"    {wanted.text} <- {thing.label.fr}; offered: {offered}")
    print(f"\nsearch, letter by letter: median {median(spent):.1f} ms, longest {max(spent):.1f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
