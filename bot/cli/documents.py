"""The JSON that the command line prints and writes."""

import json
from pathlib import Path
from typing import Any

from bot.cli.names import shown_path
from core.analysis.measurements import BAND_EDGES_HZ, Analysis
from core.service.file_to_review import Reviewed
from core.values.serial import to_builtins

JSON_DECIMALS = 6
"""Decimals of a number in printed JSON."""


def analysis_json(path: Path, analysis: Analysis) -> dict[str, Any]:
    """The JSON object of `earshot analyse`: schema version, file and measurements."""
    values = to_builtins(analysis)
    return {"schema_version": values.pop("schema_version"), "file": shown_path(path), **values}


def feedback_json(path: Path, reviewed: Reviewed) -> dict[str, Any]:
    """The JSON object of `earshot feedback`: that of `earshot analyse` with findings, review and comparisons."""
    diagnosis = to_builtins(reviewed.brief.diagnosis)
    review = to_builtins(reviewed.review)
    against_genre = {band: reviewed.brief.band_deviation_db(band) for band in BAND_EDGES_HZ}
    result = {
        **analysis_json(path, reviewed.brief.analysis),
        "request": to_builtins(reviewed.brief.request),
        "bands_against_genre_db": {band: db for band, db in against_genre.items() if db is not None},
        "findings": diagnosis["findings"],
        "strengths": diagnosis["strengths"],
        "platforms": diagnosis["platforms"],
        "review": review,
        "writer": review["writer"],
    }
    if diagnosis["content"]:
        result["content_instead_of_music"] = diagnosis["content"]
    if diagnosis["excerpt"]:
        result["excerpt"] = diagnosis["excerpt"]
    if diagnosis["encoded_peaks"]:
        result["encoded_peaks"] = diagnosis["encoded_peaks"]
    if diagnosis["reference"] is not None:
        result["reference"] = diagnosis["reference"]
    if diagnosis["reference_range"] is not None:
        result["reference_range"] = diagnosis["reference_range"]
    if reviewed.brief.target is not None:
        result["target"] = to_builtins(reviewed.brief.target)
    if diagnosis["versions"] is not None:
        result["versions"] = diagnosis["versions"]
    if diagnosis["previous_is"]:
        result["previous_is"] = diagnosis["previous_is"]
    return result


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object on one line."""
    print(json.dumps(_rounded(value), ensure_ascii=False, allow_nan=False), flush=True)


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, JSON_DECIMALS)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return value
