"""What is freed is given back."""

import ctypes
import subprocess
import sys

import pytest

DOCUMENTS = """
from bot.malloc import set_up_malloc
set_up_malloc()
def megabytes():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6
documents, kept = [], []
for _ in range(400):
    documents.append(b"x" * 100_000)
    kept.append(b"x" * 1000)
full = megabytes()
documents.clear()
print(full - megabytes())
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="the C library is not glibc")
def test_documents_are_given_back_that_lie_between_what_stays() -> None:
    done = subprocess.run(
        [sys.executable, "-c", DOCUMENTS], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) > 35
