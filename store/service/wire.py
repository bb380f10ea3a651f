"""Messages between the web processes and the workers, over Unix sockets that keep their boundaries.

A message is one byte of kind and its payload. SOCK_SEQPACKET delivers it whole or not at all, so a worker
killed in the middle of an answer leaves no half of one, and the supervisor can finish in its place.
Long payloads travel as several messages, all but the last of kind PART.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

MESSAGE_SIZE: Final = 1 << 16

PART: Final = b"+"  # more of this payload follows
REQUEST: Final = b"Q"  # client to worker: JSON
HEAD: Final = b"H"  # worker to client: JSON, the answer begins
DATA: Final = b"D"  # bytes of the body
END: Final = b"E"  # the body is whole
WHOLE: Final = b"W"  # head, its length before it in four bytes, and the whole body
ERROR: Final = b"X"  # JSON: no answer, or no more of it
CLOSED: Final = b""  # the other side is gone

READY: Final = b"."  # to supervisor: I am idle, having answered the number of requests that follows
BORN: Final = b"p"  # worker to supervisor: my process number
FOLLOW: Final = b"a"  # supervisor to snapshot: apply the changes of the version whose number follows
FORK: Final = b"f"  # supervisor to snapshot: make a worker of the two descriptors that come with this


def send(link: socket.socket, kind: bytes, payload: bytes = b"") -> None:
    """Send a message; OSError when the other side is gone."""
    view = memoryview(payload)
    while len(view) > MESSAGE_SIZE:
        link.send(PART + view[:MESSAGE_SIZE])
        view = view[MESSAGE_SIZE:]
    link.send(kind + view)


def receive(link: socket.socket, most: int | None = None) -> tuple[bytes, bytes]:
    """The next message, its parts put together: kind and payload; kind CLOSED when the other side is gone.

    ValueError past `most` bytes.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        try:
            message = link.recv(MESSAGE_SIZE + 1)
        except ConnectionResetError:
            # The other side closed without reading all of ours; what it sent before that comes next.
            message = link.recv(MESSAGE_SIZE + 1)
        if not message:
            return CLOSED, b""
        if message[:1] != PART:
            return message[:1], message[1:] if not parts else b"".join([*parts, message[1:]])
        parts.append(message[1:])
        size += len(message)
        if most is not None and size > most:
            raise ValueError(f"a message of more than {most} bytes")


@contextmanager
def address_in(folder: Path, name: str) -> Iterator[str]:
    """A short address for a socket in a folder, however long its name: sun_path has 108 bytes (unix(7))."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{name}"
    finally:
        os.close(descriptor)


def listen(folder: Path, name: str, backlog: int) -> socket.socket:
    """A listening socket in a folder, in place of the one of a process that died."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    (folder / name).unlink(missing_ok=True)
    with address_in(folder, name) as address:
        link.bind(address)
    link.listen(backlog)
    link.setblocking(False)
    return link


def connect(folder: Path, name: str) -> socket.socket:
    """A connection to a socket in a folder; OSError when nobody listens."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        with address_in(folder, name) as address:
            link.connect(address)
    except OSError:
        link.close()
        raise
    return link
