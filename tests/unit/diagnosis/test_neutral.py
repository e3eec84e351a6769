"""A track on which nothing is wrong gets no findings, in every genre and type."""

import pytest

from core.diagnosis import diagnose
from core.knowledge.genres import genre_table
from core.values.request import ReviewType
from tests.support.reviews.analyses import mono, neutral, request

GENRES = [genre.id for genre in genre_table().genres]


@pytest.mark.parametrize("genre_id", GENRES)
@pytest.mark.parametrize("kind", list(ReviewType))
def test_a_track_in_the_middle_of_its_genre_has_no_findings(genre_id: str, kind: ReviewType) -> None:
    analysis = neutral(genre_id, mix=kind is not ReviewType.MASTER)

    diagnosis = diagnose(analysis, genre_table().get(genre_id), request(kind, genre_id))

    assert [finding.code for finding in diagnosis.findings] == []
    assert diagnosis.strengths


def test_a_mono_file_is_judged_without_stereo_rules_and_without_praise_for_them() -> None:
    diagnosis = diagnose(mono(neutral()), genre_table().get("pop"), request())

    assert [finding.code for finding in diagnosis.findings] == []
    assert not {"solid_low", "wide_in_mono", "width_opens"} & {strength.code for strength in diagnosis.strengths}
