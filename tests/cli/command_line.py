"""Types commands of `policy-herald`, and reads what they print."""

import asyncio

import pytest

from bot.__main__ import main


class CommandLine:
    """A way to type commands in the working directory."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    async def types(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        self._capsys.readouterr()
        try:
            code = await asyncio.to_thread(main, words)
        except SystemExit as ended:
            code = int(str(ended.code))
        return code, *self._capsys.readouterr()
