"""What a process that runs strangers' queries may not do: open a network connection, outgrow its memory.

Linux only. The filter is a seccomp program (seccomp(2)): socket() with any family but AF_UNIX fails with
EACCES, and so does io_uring_setup(), by which sockets could be had without socket(). It needs no privilege,
cannot be undone, and is inherited by every child.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import resource
import signal
import struct
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_SECCOMP: Final = 22
_PR_SET_CHILD_SUBREAPER: Final = 36
_PR_SET_NO_NEW_PRIVS: Final = 38
_FILTER: Final = 2
_ALLOW: Final = 0x7FFF0000
_FAIL: Final = 0x00050000 | errno.EACCES
_AF_UNIX: Final = 1
# Audit architecture, and the numbers of socket and io_uring_setup.
_ARCHITECTURES: Final = {"x86_64": (0xC000003E, 41, 425), "aarch64": (0xC00000B7, 198, 425)}
_LOAD, _EQUAL, _GREATER_OR_EQUAL, _RETURN = 0x20, 0x15, 0x35, 0x06
_FOREIGN_ABI: Final = 0x40000000  # x32 numbers its calls from here


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _prctl(option: int, *arguments: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    padded = [*arguments, *[ctypes.c_ulong(0)] * (4 - len(arguments))]
    if libc.prctl(option, *padded) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"prctl({option}): {errno.errorcode.get(code, code)}")


def deny_network() -> None:
    """Close the network to this process and its children for good; OSError where that cannot be done."""
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"no network filter for {machine}")
    architecture, socket_call, io_uring_setup = _ARCHITECTURES[machine]
    instructions = [
        (_LOAD, 0, 0, 4),  # architecture
        (_EQUAL, 0, 7, architecture),
        (_LOAD, 0, 0, 0),  # number of the call
        (_GREATER_OR_EQUAL, 5, 0, _FOREIGN_ABI),
        (_EQUAL, 4, 0, io_uring_setup),
        (_EQUAL, 0, 2, socket_call),
        (_LOAD, 0, 0, 16),  # its first argument, the family
        (_EQUAL, 0, 1, _AF_UNIX),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _FAIL),
    ]
    code = b"".join(struct.pack("HBBI", *instruction) for instruction in instructions)
    program = _Program(len(instructions), code)
    _prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1))
    _prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_FILTER), ctypes.byref(program))


def limit_memory(more: int) -> None:
    """Let this process map at most that many bytes more than now; beyond, its allocations fail."""
    resource.setrlimit(resource.RLIMIT_AS, (mapped_bytes() + more, resource.RLIM_INFINITY))


def lift_memory_limit() -> None:
    """Let this process map what it will, until the next `limit_memory`."""
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def mapped_bytes() -> int:
    """The size of this process's address space."""
    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 (read after every long query)
        return int(file.read().split()[0]) * resource.getpagesize()


def die_with_parent(with_signal: signal.Signals = signal.SIGKILL) -> None:
    """Have the system end this process when its parent ends, however that ends."""
    _prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(with_signal))


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so as to learn how it ends."""
    _prctl(_PR_SET_CHILD_SUBREAPER, ctypes.c_ulong(1))
