"""The unit of systemd: how far it is exposed, and that the program runs under it."""

import ctypes.util
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy import sandbox
from tests.end_to_end.test_process import OLD, Program, descendants
from tests.fakes.sources import FakeSources, rss
from tests.fakes.telegram import TOKEN, FakeTelegram

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "deploy" / "policy-herald.service"

pytestmark = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed"
)


def test_little_is_exposed() -> None:
    analysed = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", UNIT],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    level = re.search(r"Overall exposure level for \S+: (\d+\.\d+)", analysed.stdout)
    assert level
    assert float(level[1]) < 1.5


@pytest.mark.skipif(not ctypes.util.find_library("seccomp"), reason="there is no libseccomp")
async def test_the_program_does_its_work_with_the_system_calls_of_the_unit(tmp_path: Path) -> None:
    under = (sys.executable, sandbox.__file__, str(UNIT))
    async with FakeTelegram(TOKEN) as telegram, FakeSources() as web:
        web.publish("/rss", rss([OLD]))
        program = Program(tmp_path, telegram, web)
        async with program.running(*under) as process:
            await program.ready()
            assert len([*descendants(process.pid)]) >= 1  # a worker has parsed
            status = status_of(process.pid)
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0
    assert re.search(r"^Seccomp:\t2$", status, re.M)
    told = program.log.read_text()
    assert told.splitlines()[-1].endswith("stopped")
    assert "Operation not permitted" not in told
    assert "Traceback" not in told


def status_of(pid: int) -> str:
    return Path(f"/proc/{pid}/status").read_text()
