"""The body of an answer on its way from a worker to its client."""

from __future__ import annotations

import socket
import struct
from typing import Final

from . import wire

_FIRST_CHUNK: Final = 1 << 12


class Output:
    """The body of an answer on its way to the client: sent early at first, in larger pieces later.

    An answer that fits in one message goes with its head and its end in one.
    """

    def __init__(self, client: socket.socket, head: bytes) -> None:
        self._client = client
        self._head: bytes | None = head
        self._pieces: list[bytes] = []
        self._held = 0
        self._chunk = _FIRST_CHUNK

    def write(self, data: bytes) -> int:
        """Called by the engine, with 8 kB at most."""
        self._pieces.append(data)
        self._held += len(data)
        if self._held >= self._chunk:
            self._send()
        return len(data)

    def flush(self) -> None:
        """Called by the engine at the end; `close` sends what is held."""

    def close(self) -> None:
        """Send what is held and the end."""
        if self._head is not None and self._held + len(self._head) < wire.MESSAGE_SIZE:
            body = b"".join(self._pieces)
            self._client.send(wire.WHOLE + struct.pack("<I", len(self._head)) + self._head + body)
            return
        self._send()
        self._client.send(wire.END)

    def _send(self) -> None:
        if self._head is not None:
            self._client.send(wire.HEAD + self._head)
            self._head = None
        if self._held:
            self._client.send(wire.DATA + b"".join(self._pieces))
        self._pieces.clear()
        self._held = 0
        self._chunk = min(self._chunk * 4, wire.MESSAGE_SIZE - 8192)
