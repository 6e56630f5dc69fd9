"""Run a command under the system calls that a unit of systemd allows, without systemd.

python -m tests.deploy.sandbox UNIT COMMAND…
"""

import ctypes
import errno
import os
import re
import subprocess
import sys
from pathlib import Path

SECCOMP = "libseccomp.so.2"
ALLOW, ERRNO = 0x7FFF0000, 0x00050000  # seccomp.h: SCMP_ACT_ALLOW, SCMP_ACT_ERRNO
NO_NEW_PRIVILEGES, DENY_WRITE_EXECUTE = 38, 65  # linux/prctl.h: PR_SET_…


def groups() -> dict[str, list[str]]:
    """What each of systemd's groups of system calls holds: calls, and groups."""
    told = subprocess.run(
        ["systemd-analyze", "syscall-filter", "--no-pager"], check=True, capture_output=True
    ).stdout.decode()
    found: dict[str, list[str]] = {}
    for line in told.splitlines():
        if line.startswith("@"):
            members = found.setdefault(line.strip(), [])
        elif re.fullmatch(r"\s+@?[a-z]\w*(?:-\w+)*", line):
            members.append(line.strip())
    return found


def calls(names: list[str], known: dict[str, list[str]]) -> set[str]:
    """The system calls that calls and groups come down to."""
    found = [calls(known[name], known) if name[0] == "@" else {name} for name in names]
    return set().union(*found)


def allowed(unit: str) -> set[str]:
    """The system calls that a unit allows; @default always are (systemd.exec(5))."""
    known = groups()
    result = calls(["@default"], known)
    for line in re.findall(r"^SystemCallFilter=(.*)$", unit, re.M):
        if line.startswith("~"):
            result -= calls(line[1:].split(), known) - calls(["@default"], known)
        else:
            result |= calls(line.split(), known)
    return result


def enter(unit: str) -> None:
    """Confine this process for good."""
    libc, seccomp = ctypes.CDLL(None, use_errno=True), ctypes.CDLL(SECCOMP)
    seccomp.seccomp_init.restype = ctypes.c_void_p
    names = allowed(unit)
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    libc.prctl(DENY_WRITE_EXECUTE, 1, 0, 0, 0)  # Linux 6.3; before it, systemd has ways of its own
    context = ctypes.c_void_p(seccomp.seccomp_init(ERRNO | errno.EPERM))
    for name in names:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:  # else it is none of this architecture
            seccomp.seccomp_rule_add(context, ALLOW, number, 0)
    if seccomp.seccomp_load(context):
        raise OSError("seccomp_load")


if __name__ == "__main__":
    enter(Path(sys.argv[1]).read_text(encoding="utf-8"))
    os.execvp(sys.argv[2], sys.argv[2:])
