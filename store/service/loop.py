"""The supervisor's event loop: descriptors and what is called when something happens to them."""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from contextlib import suppress

Handler = Callable[[int], None]


class Loop:
    """epoll(7) and its handlers; a handler is given the events."""

    def __init__(self) -> None:
        self._poll = select.epoll()
        self._handlers: dict[int, Handler] = {}
        # Descriptors closed since the last poll: what it said of them is not said of their new owners.
        self._stale: set[int] = set()

    def turn(self, seconds: float) -> None:
        """Wait at most so long for something to happen, and call the handlers of what did."""
        self._stale.clear()
        for descriptor, events in self._poll.poll(seconds):
            handler = self._handlers.get(descriptor)
            if handler is not None and descriptor not in self._stale:
                handler(events)

    def watch(self, link: socket.socket, events: int, handler: Handler) -> None:
        """Have a handler called for events of a socket."""
        self._handlers[link.fileno()] = handler
        self._poll.register(link.fileno(), events)

    def unwatch(self, link: socket.socket) -> None:
        """Stop watching a socket, before it is closed."""
        if self._handlers.pop(link.fileno(), None) is not None:
            self._stale.add(link.fileno())
            with suppress(OSError):
                self._poll.unregister(link.fileno())
