"""The TCP connection of a client, for what the web server gives no handle to.

granian queues what it is given without bound, and ends the transfer in good order even after a failure. So a
long answer asks the kernel how much of it the client has taken, and an answer cut short breaks off its
connection. Linux only: elsewhere the connection is not found, and an answer is neither held back nor
broken off.
"""

from __future__ import annotations

import os
import socket
import stat
import struct
from contextlib import suppress
from pathlib import Path
from typing import Final

_SOCKETS: Final = Path("/proc/self/fd")
_TCP_INFO_SIZE: Final = 128
_ESTABLISHED: Final = 1  # of tcpi_state, its first byte
_BYTES_ACKED: Final = 120  # offset of tcpi_bytes_acked in struct tcp_info, linux/tcp.h


class Connection:
    """A socket of this process, found by the address of its peer."""

    def __init__(self, found: socket.socket) -> None:
        self._socket = found
        self._before = self._acknowledged()

    def taken(self) -> int:
        """How many bytes the client has acknowledged since this object was made."""
        return self._acknowledged() - self._before

    @property
    def closing(self) -> bool:
        """Whether the other side has said that it sends no more."""
        return self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] != _ESTABLISHED

    def break_off(self) -> None:
        """Close both ways at once: the client sees an unfinished transfer."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let the duplicate of the socket go; the connection itself stays."""
        self._socket.close()

    def _acknowledged(self) -> int:
        info = self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_SIZE)
        return struct.unpack_from("Q", info, _BYTES_ACKED)[0]


def find_connection(client: str) -> Connection | None:
    """The connection of a client, `address:port`; None when it has gone or cannot be found."""
    with suppress(OSError):
        for name in os.listdir(_SOCKETS):  # noqa: PTH208 (names are numbers)
            found = _socket_of(int(name), client)
            if found:
                return found
    return None


def has_gone(client: str) -> bool:
    """Whether a client has closed its side, so far as can be known."""
    connection = find_connection(client)
    if connection is None:
        return _SOCKETS.is_dir()
    try:
        return connection.closing
    finally:
        connection.close()


def _socket_of(descriptor: int, client: str) -> Connection | None:
    with suppress(OSError):
        if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            return None
        candidate = socket.socket(fileno=os.dup(descriptor))
        with suppress(OSError):
            peer = candidate.getpeername()
            if candidate.family in (socket.AF_INET, socket.AF_INET6) and _written(peer) == client:
                return Connection(candidate)
        candidate.close()
    return None


def _written(peer: tuple[str, int]) -> str:
    address, port = peer[:2]
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
