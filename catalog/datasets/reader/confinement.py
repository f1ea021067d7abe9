"""Walls around the reading process (trust B.1 row 13): memory, time, no network, no new programs."""

import ctypes
import os
import platform
import resource
import signal
import struct

ADDRESS_SPACE = 4 * 1024**3  # polars hangs below 2 GB
CPU_SECONDS = 120  # the parent's wall clock is the real limit; this ends an orphan
OPEN_FILES = 64
POLITENESS = 3  # pages come first, but a busy machine must not run the reading into its time limit

PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38
SECCOMP_MODE_FILTER = 2
LOAD, JUMP_EQUAL, JUMP_GREATER_EQUAL, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | 1  # EPERM
X32_CALLS = 0x40000000

# io_uring_setup socket socketpair execve execveat ptrace process_vm_readv process_vm_writev kill
# unlink unlinkat rename renameat renameat2 truncate ftruncate
CALLS = {
    "x86_64": (0xC000003E, (425, 41, 53, 59, 322, 101, 310, 311, 62, 87, 263, 82, 264, 316, 76, 77)),
    "aarch64": (0xC00000B7, (425, 198, 199, 221, 281, 117, 270, 271, 129, 35, 38, 276, 45, 46)),
}


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def _instruction(code: int, yes: int, no: int, value: int) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)


def _filter(architecture: int, calls: tuple[int, ...]) -> bytes:
    """Berkeley packet filter: refuse the listed calls, foreign architectures and the x32 numbering."""
    count = len(calls)  # instruction 4 + count allows, 5 + count refuses
    head = [
        _instruction(LOAD, 0, 0, 4),
        _instruction(JUMP_EQUAL, 0, count + 3, architecture),
        _instruction(LOAD, 0, 0, 0),
        _instruction(JUMP_GREATER_EQUAL, count + 1, 0, X32_CALLS),
    ]
    tests = [_instruction(JUMP_EQUAL, count - i, 0, call) for i, call in enumerate(calls)]
    return b"".join([*head, *tests, _instruction(RETURN, 0, 0, ALLOW), _instruction(RETURN, 0, 0, REFUSE)])


def limit_resources() -> None:
    """Memory, processor time, open files, no file written, no core; gone when the parent goes; polite."""
    for kind, amount in (
        (resource.RLIMIT_AS, ADDRESS_SPACE),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (amount, amount))
    os.nice(POLITENESS)
    if hasattr(ctypes, "CDLL") and platform.system() == "Linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def cut_off() -> bool:
    """Refuse sockets, new programs and changes of files from now on; says whether the kernel agreed."""
    if platform.system() != "Linux" or platform.machine() not in CALLS:
        return False
    code = _filter(*CALLS[platform.machine()])
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0
