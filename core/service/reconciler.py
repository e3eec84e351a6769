"""The reconciler: continues work that a crash or a lost wake-up has left, and deletes what has expired."""

import asyncio
import logging

from core.jobs.backend import JobBackend
from core.service.deletion.privacy import PrivacyService
from core.service.intake import Intake
from core.values.errors import DependencyError

RECONCILE_EVERY_S = 30.0
"""Seconds between two rounds."""

SWEEP_EVERY_S = 15 * 60.0
"""Seconds between two rounds that also delete what has expired (`PrivacyService.sweep`)."""

log = logging.getLogger(__name__)


class Reconciler:
    """Reconciles at start and then every `RECONCILE_EVERY_S`."""

    def __init__(self, backend: JobBackend, intake: Intake, privacy: PrivacyService) -> None:
        self._backend = backend
        self._intake = intake
        self._privacy = privacy

    async def run(self) -> None:
        """Reconcile until cancelled."""
        since_sweep_s = SWEEP_EVERY_S
        while True:
            try:
                await self._backend.reap()
                await self._intake.resume_received()
                if since_sweep_s >= SWEEP_EVERY_S:
                    await self._privacy.sweep()
                    since_sweep_s = 0.0
                await self._privacy.compact()
            except DependencyError as error:
                log.warning("reconciling was put off: %s", error)
            await asyncio.sleep(RECONCILE_EVERY_S)
            since_sweep_s += RECONCILE_EVERY_S
