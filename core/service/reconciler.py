"""The reconciler: makes good whatever a crash, a lost wake-up or the passing of time left behind."""

import asyncio
import logging

from core.jobs.backend import JobBackend
from core.service.deletion.privacy import PrivacyService
from core.service.intake import Intake
from core.values.errors import DependencyError

RECONCILE_EVERY_S = 30.0
SWEEP_EVERY_S = 15 * 60.0

log = logging.getLogger(__name__)


class Reconciler:
    """Runs at start and every 30 s."""

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
