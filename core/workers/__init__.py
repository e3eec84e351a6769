"""The one door for CPU work: every job runs in a killable, limited child process of its own.

A file that crashes, hangs or eats memory hurts nobody else; the event loop is never blocked; results come back as
length-capped bytes, never as pickles, so that a child cannot run code in the bot. A child reads the files it is given
and computes: where the kernel is Linux it has no network, starts nothing, writes nothing and sees no other upload.
"""

from core.workers.job_limits import JobLimits
from core.workers.pool import WorkerDiedError, Workers
from core.workers.sandbox import harden_parent

__all__ = ["JobLimits", "WorkerDiedError", "Workers", "harden_parent"]
