"""The library of one transaction: songs, reviews and the rows of stored files behind one name."""

from core.storage.blob_rows import BlobRows
from core.storage.reviews import Reviews
from core.storage.tracks import Tracks


class Library(Tracks, Reviews, BlobRows):
    """What a producer has in Earshot. Every method that touches a person's things takes an `Actor`."""
