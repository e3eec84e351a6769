"""Everything that is stored: a database, accessed through repositories, and files on disk.

::

    database = await Database.open(url, data_dir)
    async with database.begin() as unit:          # one transaction
        review = await unit.library.get_review(actor, review_id)

Methods that read or write a person's rows take an `Actor` (`core.values.actor`); a row that this actor may not use is
not found (`NotFoundError`). Arguments and results are values; rows and SQL are used in this package only.
"""

from core.storage.access import NO_GUILD
from core.storage.database import Database, Unit
from core.storage.privacy import SummaryKey
from core.storage.queue.outbox import UNSETTLED, WITHDRAWN
from core.storage.stored_values import (
    BlobFile,
    BlobRow,
    ConversationRow,
    DayBudget,
    Post,
    ReviewEntry,
    StoredAnalysis,
    StoredQuestion,
    StoredReview,
    TargetEntry,
    Track,
    Usage,
    Version,
)
from core.storage.uploads.blobs import BlobStore
from core.storage.usage import NOBODY

__all__ = [
    "NOBODY",
    "NO_GUILD",
    "UNSETTLED",
    "WITHDRAWN",
    "BlobFile",
    "BlobRow",
    "BlobStore",
    "ConversationRow",
    "Database",
    "DayBudget",
    "Post",
    "ReviewEntry",
    "StoredAnalysis",
    "StoredQuestion",
    "StoredReview",
    "SummaryKey",
    "TargetEntry",
    "Track",
    "Unit",
    "Usage",
    "Version",
]
