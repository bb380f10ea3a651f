"""Answers kept in memory, bounded in bytes; the least recently used leaves first.

A key begins with the version of the dataset: publishing a version makes all older answers unreachable, and
they leave as new ones come.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final

_OVERHEAD: Final = 1024  # what an entry takes besides its body: key, headers, objects
LARGEST_SHARE: Final = 8  # one answer takes at most this part of the cache


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """A 200 to give again: its headers, those that a 304 repeats, its entity tag in quotes."""

    headers: Sequence[tuple[str, str]]
    validators: Sequence[tuple[str, str]]
    etag: str
    body: bytes


class AnswerCache:
    """A bounded cache; safe for several threads. `size` in bytes, 0 for none."""

    def __init__(self, size: int) -> None:
        self.largest_body = size // LARGEST_SHARE
        self._size = size
        self._used = 0
        self._answers: OrderedDict[Hashable, CachedAnswer] = OrderedDict()
        self._lock = Lock()

    @property
    def used(self) -> int:
        """Bytes in use."""
        return self._used

    def get(self, key: Hashable) -> CachedAnswer | None:
        with self._lock:
            answer = self._answers.get(key)
            if answer is not None:
                self._answers.move_to_end(key)
            return answer

    def put(self, key: Hashable, answer: CachedAnswer) -> None:
        weight = len(answer.body) + _OVERHEAD
        if len(answer.body) > self.largest_body:
            return
        with self._lock:
            previous = self._answers.pop(key, None)
            if previous is not None:
                self._used -= len(previous.body) + _OVERHEAD
            self._answers[key] = answer
            self._used += weight
            while self._used > self._size:
                _, evicted = self._answers.popitem(last=False)
                self._used -= len(evicted.body) + _OVERHEAD
