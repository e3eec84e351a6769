"""CPU work: every job runs in its own child process, which has limits and can be killed.

A file that crashes, hangs or exhausts memory affects no other job; the event loop is never blocked; results come back
as length-capped bytes, never as pickles, so that a child cannot run code in the bot. A child reads the files it is
given and computes: on Linux it has no network, starts no process, writes no file and can read no other upload.
"""

from core.workers.job_limits import JobLimits
from core.workers.pool import WorkerDiedError, Workers
from core.workers.sandbox import harden_parent

__all__ = ["JobLimits", "WorkerDiedError", "Workers", "harden_parent"]
