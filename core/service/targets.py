"""TargetService: the targets of a server. Every member may use them; only managers may make and remove them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from core.analysis.measurements import Analysis
from core.jobs.ports import Outcome
from core.service.file_to_review import Pipeline
from core.service.intake import Intake, ReportStage
from core.service.job_payloads import Attachment, StoredFile, TargetPayload, TargetStep
from core.service.outbox_steps import error_steps, step
from core.storage import BlobStore, Database, TargetEntry, Unit
from core.storage.uploads.fetching import Fetch
from core.targets.files import FILE_MAX_BYTES, read_target
from core.targets.named import NamedTarget, make_target, name_key, target_name
from core.targets.percentiles import TARGET_TRACKS_MIN
from core.text.error_sentences import say
from core.values.actor import Actor
from core.values.errors import (
    DependencyError,
    EarshotError,
    InputCode,
    InputError,
    NotFoundError,
    UsageCode,
    UsageError,
)
from core.values.job import Job, NewStep, Stage, StepKind
from core.values.serial import from_json, to_json

TARGETS_MAX = 25
"""Targets of one server: as many as Discord shows as choices of an autocomplete."""

KNOWN_SHOWN = 5
"""Names of targets that the sentence about an unknown target lists."""

SAME_AS_BEFORE = "Track {number} is the same file as one before it."


class _Measured(NamedTuple):
    """A target, and a sentence for each track that was left out of it."""

    target: NamedTarget
    left_out: tuple[str, ...]


class TargetService:
    """Lists, makes and removes targets, and does TARGET jobs."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        pipeline: Pipeline,
        intake: Intake,
        *,
        fetch: Fetch,
        on_stage: ReportStage,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._pipeline = pipeline
        self.intake = intake
        self._fetch = fetch
        self._on_stage = on_stage

    async def listed(self, actor: Actor) -> tuple[TargetEntry, ...]:
        """The targets of the actor's server.

        Raises:
            UsageError: NOT_IN_A_SERVER.
        """
        _check_place(actor)
        async with self._database.read() as unit:
            return await unit.targets.listed(actor)

    async def suggest(self, actor: Actor, typed: str) -> list[str]:
        """Choices of an autocomplete: names that contain what was typed."""
        if actor.guild_id is None:
            return []
        wanted = name_key(typed.strip())
        return [entry.name for entry in await self.listed(actor) if wanted in name_key(entry.name)]

    async def get(self, actor: Actor, name: str) -> NamedTarget:
        """The server's target of this name.

        Raises:
            UsageError: NOT_IN_A_SERVER; UNKNOWN_TARGET, with names of existing targets; NO_TARGETS.
        """
        _check_place(actor)
        async with self._database.read() as unit:
            try:
                return await unit.targets.get(actor, name.strip())
            except NotFoundError as error:
                raise await _unknown(unit, actor, name) from error

    async def remove(self, actor: Actor, name: str) -> None:
        """Remove the server's target of this name; reviews that were compared with it keep the comparison.

        Raises:
            UsageError: NOT_IN_A_SERVER, NOT_A_MANAGER, UNKNOWN_TARGET, NO_TARGETS.
        """
        _check_manager(actor)
        async with self._database.begin() as unit:
            try:
                await unit.targets.remove(actor, name.strip())
            except NotFoundError as error:
                raise await _unknown(unit, actor, name) from error

    async def import_file(self, actor: Actor, name: str, attachment: Attachment) -> NamedTarget:
        """Store a target from a file that the command line made, under this name.

        Raises:
            UsageError: NOT_IN_A_SERVER, NOT_A_MANAGER, TARGET_NAME, TARGET_EXISTS, TOO_MANY_TARGETS.
            InputError: the file cannot be downloaded, or is not a target.
        """
        _check_manager(actor)
        if attachment.size_bytes > FILE_MAX_BYTES:
            raise InputError(InputCode.NOT_A_TARGET, cause="it is too large")
        data = b"".join([chunk async for chunk in self._fetch(attachment.url, FILE_MAX_BYTES)])
        named = replace(read_target(data), name=target_name(name))
        async with self._database.begin() as unit:
            await _add(unit, actor, named)
        return named

    async def accept(self, actor: Actor, key: str, payload: TargetPayload) -> Job | None:
        """Commit a job that makes a target of uploads; None for a replayed event.

        Raises:
            UsageError: NOT_IN_A_SERVER, NOT_A_MANAGER, TOO_FEW_TRACKS, TARGET_NAME, TARGET_EXISTS, TOO_MANY_TARGETS.
            LimitError: the member or the process has too many jobs waiting.
        """
        _check_manager(actor)
        if len(payload.tracks) < TARGET_TRACKS_MIN:
            raise UsageError(UsageCode.TOO_FEW_TRACKS, given=len(payload.tracks), least=TARGET_TRACKS_MIN)
        payload = replace(payload, name=target_name(payload.name))
        async with self._database.read() as unit:
            await _check_free(unit, actor, payload.name)
        return await self.intake.accept(actor, key, payload)

    async def handle(self, job: Job) -> Outcome:
        """Do a TARGET job. Its files are deleted as soon as all are measured and the percentiles are stored.

        A later attempt uses the stored percentiles.

        Raises:
            UsageError: TOO_FEW_MEASURED.
            DependencyError: the worker processes or the database cannot be used.
        """
        payload = from_json(TargetPayload, job.payload)
        made = payload.made
        if made is None:
            self._on_stage(job, Stage.MEASURING)
            try:
                measured = await self._measured(payload)
            except EarshotError as error:
                if not (isinstance(error, DependencyError) and error.facts.get("transient")):
                    await self.intake.remove_files(payload.files)
                raise
            made = measured.target
            payload = replace(payload, made=made, left_out=measured.left_out)
            await self._keep_percentiles_only(job, payload)

        async def commit(unit: Unit) -> Sequence[NewStep]:
            actor = Actor(job.guild_id, job.user_id)
            try:
                await _add(unit, actor, made)
            except UsageError as error:
                # the name was taken while the tracks were measured
                return error_steps(job, error)
            done = TargetStep(made.name, made.target.tracks, payload.left_out)
            return (step(StepKind.POST_TARGET, done),)

        return Outcome(commit)

    async def _measured(self, payload: TargetPayload) -> _Measured:
        analyses: list[Analysis] = []
        left_out: list[str] = []
        known: set[str] = set()
        for number, file in enumerate(payload.files, start=1):
            if file.content_hash in known:
                # percentiles of one track given five times would describe that track only
                left_out.append(SAME_AS_BEFORE.format(number=number))
                continue
            known.add(file.content_hash)
            try:
                analyses.append(await self._measure(file))
            except InputError as error:
                left_out.append(f"Track {number}: {say(error)}")
        if len(analyses) < TARGET_TRACKS_MIN:
            cause = left_out[0].rstrip(".") if left_out else "too few files"
            raise UsageError(UsageCode.TOO_FEW_MEASURED, given=len(analyses), least=TARGET_TRACKS_MIN, cause=cause)
        return _Measured(make_target(payload.name, analyses, payload.genre_id), tuple(left_out))

    async def _measure(self, file: StoredFile) -> Analysis:
        path = self._blobs.path(file.path)
        if not await asyncio.to_thread(path.is_file):
            raise InputError(InputCode.EXPIRED)
        return (await self._pipeline.measure(path)).analysis

    async def _keep_percentiles_only(self, job: Job, payload: TargetPayload) -> None:
        """Store the percentiles, then delete the files, so that after a crash at any point one of the two exists."""
        without = replace(payload, files=())
        async with self._database.begin() as unit:
            await unit.jobs.update_payload(job.job_id, to_json(without).decode())
        await self.intake.remove_files(payload.files)


def _check_place(actor: Actor) -> None:
    if actor.guild_id is None:
        raise UsageError(UsageCode.NOT_IN_A_SERVER)


def _check_manager(actor: Actor) -> None:
    _check_place(actor)
    if not actor.manages_guild:
        raise UsageError(UsageCode.NOT_A_MANAGER)


async def _check_free(unit: Unit, actor: Actor, name: str) -> None:
    """Check that a target of this name can be added.

    Raises:
        UsageError: TARGET_EXISTS, TOO_MANY_TARGETS.
    """
    entries = await unit.targets.listed(actor)
    if any(name_key(entry.name) == name_key(name) for entry in entries):
        raise UsageError(UsageCode.TARGET_EXISTS, given=name)
    if len(entries) >= TARGETS_MAX:
        raise UsageError(UsageCode.TOO_MANY_TARGETS, limit=TARGETS_MAX)


async def _add(unit: Unit, actor: Actor, named: NamedTarget) -> None:
    """Store a target; the name is checked again by the INSERT, because two members may use it at once."""
    await _check_free(unit, actor, named.name)
    if not await unit.targets.add(actor, named):
        raise UsageError(UsageCode.TARGET_EXISTS, given=named.name)


async def _unknown(unit: Unit, actor: Actor, name: str) -> UsageError:
    names = [entry.name for entry in await unit.targets.listed(actor)]
    if not names:
        return UsageError(UsageCode.NO_TARGETS)
    more = f" and {len(names) - KNOWN_SHOWN} more" if len(names) > KNOWN_SHOWN else ""
    return UsageError(UsageCode.UNKNOWN_TARGET, given=name, known=f"{', '.join(names[:KNOWN_SHOWN])}{more}")
