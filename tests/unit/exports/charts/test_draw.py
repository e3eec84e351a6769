"""Charts: real pictures, large enough to read on a phone, and honest where there is nothing to draw."""

import io

import numpy as np
import pytest
from PIL import Image

from core.exports import ReportDocument, render_charts
from tests.unit.exports.documents import full_document, minimal_document

NAMES = {"loudness.png", "spectrum.png", "stereo.png"}


def _pixels(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == "PNG"
        return np.asarray(picture.convert("L"), dtype=np.float64)


@pytest.mark.parametrize("document", [full_document(), minimal_document()], ids=["full", "minimal"])
def test_there_is_a_picture_for_each_question(document: ReportDocument) -> None:
    pictures = render_charts(document)

    assert set(pictures) == NAMES
    for data in pictures.values():
        pixels = _pixels(data)
        assert pixels.shape[1] >= 1000
        assert pixels.std() > 1.0  # something is drawn


def test_the_pictures_show_the_data() -> None:
    full, minimal = render_charts(full_document()), render_charts(minimal_document())

    for name in NAMES:
        ink = [float((255 - _pixels(pictures[name])).sum()) for pictures in (full, minimal)]
        assert ink[0] > 3 * ink[1]


def test_the_same_document_gives_the_same_pictures() -> None:
    assert render_charts(full_document()) == render_charts(full_document())
