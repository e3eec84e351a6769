"""Makes the norms and the genres' curves of a table of finished tracks: `python -m tests.support.norms.make TABLE.csv`.

The table is not part of the project; what is kept of it is percentiles per quantity and group of genres, the rarity of
what lies outside of them, and the curves. Everything is cross-validated: each track is held against curves and
percentiles of the other sources.
"""

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.analysis.measurements import BAND_EDGES_HZ
from core.rules.curve import ALIGNED_ON, against_curve_db, aligned_db
from core.rules.stretches import TONE_STRETCHES, heights_db
from tests.support.norms.curves import MEASURED_ELSEWHERE, NOT_MEASURED, fitted, joined, literature
from tests.support.norms.groups import GROUPS, group_of
from tests.support.norms.rates import rates, severities, shares
from tests.support.norms.table import Track, read

DATA = Path(__file__).parents[3] / "core" / "knowledge" / "data"

PERCENTS = (1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 97.5, 99.0)
RARITIES = (50.0, 25.0, 10.0, 5.0, 3.0, 2.0, 1.5, 1.0, 0.7, 0.5, 0.3, 0.2)
"""Percentiles and shares of tracks further out that are kept."""

BEYOND = (0.1, 0.05)
"""Shares further out than any measured track, by a tail that falls on as from `TAIL_FROM` to the last of `RARITIES`."""

TAIL_FROM = 1.0

COLUMNS = {"width": "side_to_mid_db", "loudness": "integrated_lufs", "range": "loudness_range_lu"}
TABLE_COLUMNS = {"width": "side_to_mid", "loudness": "integrated_lufs", "range": "lra_lu"}
UNITS = {"loudness": "LUFS", "range": "LU"}

CLUB_WIDTH = {"house": 141, "minimal_deep": 95, "techno": 141}
"""Club genres whose width was measured elsewhere (236 released club tracks) → number of tracks."""

EVERYTHING = "all"

ABOUT = (
    "Finished music measured with Earshot: commercial releases, free and stock music, game music, bands. Tone: height "
    "of a stretch of the spectrum above its neighbours against the curve of the track's genre, made without its own "
    "source; width: side to mid. Percentiles per group of genres; rarity: multiples of the distance from the median to "
    "the 10th or 90th percentile beyond which a share of all tracks lies. Made by tests/support/norms/make.py."
)

Values = list[dict[str, float]]


def readings(tracks: Sequence[Track]) -> Values:
    """Quantity → value of each track; tone against curves made without the track's own source."""
    rows: Values = [{} for _ in tracks]
    for source in sorted({track.source for track in tracks}):
        others = [track for track in tracks if track.source != source]
        mine = [index for index, track in enumerate(tracks) if track.source == source]
        curves = fitted(others, sorted({tracks[index].genre_id for index in mine}))
        for index in mine:
            rows[index] = _reading(tracks[index], curves[tracks[index].genre_id])
    return rows


def _reading(track: Track, curve: Mapping[str, float]) -> dict[str, float]:
    deviations = against_curve_db(track.third_octave_db, curve)
    bands = {band: aligned_db(deviations, band) for band in ALIGNED_ON}
    others = {name: track.columns.get(column) for name, column in TABLE_COLUMNS.items()}
    absent = {
        f"absent {stretch.quantity}": 1.0 for stretch in TONE_STRETCHES if not stretch.plays(track.third_octave_db)
    }
    found = {**heights_db(deviations), **bands, **others, **absent}
    return {name: value for name, value in found.items() if value is not None}


def multiples(tracks: Sequence[Track], rows: Values, quantity: str) -> np.ndarray:
    """Distance of each track from the middle of its group, in that from the middle to the end of what is usual.

    The group is taken without the track's own source. What hardly plays counts as in the middle below.
    """
    groups = np.array([group_of(track.genre_id) for track in tracks])
    sources = np.array([track.source for track in tracks])
    values = np.array([row.get(quantity, np.nan) for row in rows])
    out = np.full(len(tracks), np.nan)
    for source in sorted(set(sources)):
        for group in sorted(set(groups[sources == source])):
            low, middle, high = np.nanpercentile(values[(groups == group) & (sources != source)], [10, 50, 90])
            mine = (sources == source) & (groups == group)
            away = values[mine] - middle
            out[mine] = np.where(away > 0, away / (high - middle), away / (middle - low))
    absent = np.array([f"absent {quantity}" in row for row in rows])
    return np.where(absent & (out < 0), 0.0, out)


def rarity(found: np.ndarray) -> dict[str, Any]:
    """Side → multiples beyond which the shares of `RARITIES` lie."""
    known = found[~np.isnan(found)]
    sides = {"below": -known, "above": known}
    return {
        side: {
            "multiples": _with_tail(_rising([float(np.percentile(values, 100.0 - share)) for share in RARITIES])),
            "percents": [*RARITIES, *BEYOND],
        }
        for side, values in sides.items()
    }


def _with_tail(steps: list[float]) -> list[float]:
    """Multiples with those of `BEYOND` behind them: linear in the logarithm of the share."""
    last, start = RARITIES[-1], steps[RARITIES.index(TAIL_FROM)]
    slope = (steps[-1] - start) / math.log(TAIL_FROM / last)
    return [*steps, *(round(steps[-1] + slope * math.log(last / share), 3) for share in BEYOND)]


def _rising(values: Sequence[float]) -> list[float]:
    """Multiples from the middle outward: 0 in the middle and 1 where ten in a hundred lie further out."""
    fixed = [
        0.0 if share == 50.0 else 1.0 if share == 10.0 else value for share, value in zip(RARITIES, values, strict=True)
    ]
    return [round(float(value), 3) for value in np.maximum.accumulate(np.clip(fixed, 0.0, None))]


def norms(tracks: Sequence[Track], rows: Values) -> dict[str, Any]:
    """The content of `norms.json`."""
    names = [stretch.quantity for stretch in TONE_STRETCHES] + list(COLUMNS)
    quantities = {}
    for name in names:
        known = [(row[name], group_of(track.genre_id)) for row, track in zip(rows, tracks, strict=True) if name in row]
        by_group = {group: [value for value, own in known if own == group] for group in GROUPS}
        by_group[EVERYTHING] = [row[name] for row in rows if name in row]
        found = rarity(multiples(tracks, rows, name))
        quantities[name] = {
            "unit": UNITS.get(name, "dB"),
            "norms": {group: _percentiles(values) for group, values in by_group.items()},
            "rarity": found,
        }
    for genre_id, count in CLUB_WIDTH.items():
        quantities["width"]["norms"][genre_id] = _club_width(genre_id, count, quantities["width"]["rarity"])
    return {
        "version": 1,
        "about": ABOUT,
        "tracks": len(tracks),
        "sources": len({track.source for track in tracks}),
        "percents": list(PERCENTS),
        "groups": {
            name: {
                "name": words,
                "genres": genres.split(),
                "tracks": sum(group_of(track.genre_id) == name for track in tracks),
            }
            for name, (words, genres) in GROUPS.items()
        },
        "quantities": quantities,
    }


def _percentiles(values: Sequence[float]) -> dict[str, Any]:
    return {"tracks": len(values), "values": [round(float(value), 2) for value in np.percentile(values, PERCENTS)]}


def _club_width(genre_id: str, count: int, sides: Mapping[str, Any]) -> dict[str, Any]:
    """Width of club tracks: three percentiles were measured; beyond them the tails of all music."""
    ratios = literature()[genre_id]["side_mid_rms"]
    low, high = (
        20.0 * math.log10(ratios.get(name, ratios.get(other))) for name, other in (("p10", "low"), ("p90", "high"))
    )
    middle = 20.0 * math.log10(ratios.get("p50", literature()["house"]["side_mid_rms"]["p50"]))
    values = []
    for percent in PERCENTS:
        side, share = ("below", percent) if percent < 50.0 else ("above", 100.0 - percent)
        shares, steps = sides[side]["percents"], sides[side]["multiples"]
        step = float(np.interp(-share, [-item for item in shares], steps))
        values.append(round(middle + step * ((low if side == "below" else high) - middle), 2))
    return {"group": "club house and techno tracks", "tracks": count, "values": values}


def genres(tracks: Sequence[Track], rows: Values) -> dict[str, Any]:
    """The content of `genres.json` with the curves and tolerances of the norms."""
    data: dict[str, Any] = json.loads((DATA / "genres.json").read_text(encoding="utf-8"))
    ids = [genre["id"] for genre in data["genres"] if genre["id"] not in NOT_MEASURED]
    curves = fitted(tracks, ids)
    counts = {genre_id: sum(track.genre_id == genre_id for track in tracks) for genre_id in ids}
    for genre in data["genres"]:
        if genre["id"] not in NOT_MEASURED:
            genre["curve"] = _genre_curve(genre["id"], curves[genre["id"]], counts[genre["id"]])
            genre["curve"]["tolerance_db"] = _tolerance(genre["id"], tracks, rows)
            genre["release_lufs"] = None
        genre.pop("side_mid_rms", None)
    return data


def _genre_curve(genre_id: str, measured: Mapping[str, float], count: int) -> dict[str, Any]:
    known = literature()[genre_id]
    if genre_id in MEASURED_ELSEWHERE:
        return {
            name: known[name]
            for name in ("band_db_rel_total", "third_octave_db_rel_1k", "tolerance_db", "source", "evidence")
        }
    curve = joined(dict(measured), known["third_octave_db_rel_1k"])
    bands = _bands(curve, known)
    share = count / (count + 12.0)
    source = (
        f"NORMS, n={count}, {share:.0%} of it the median of these tracks and the rest the prior, half of it NORMS as a "
        f"whole and half {known['source']}; below 50 Hz and above 10 kHz the shape of {known['source']}"
    )
    return {
        "band_db_rel_total": bands,
        "third_octave_db_rel_1k": curve,
        "tolerance_db": {},
        "source": source,
        "evidence": "M" if share >= 0.5 else known["evidence"],
    }


def _bands(curve: Mapping[str, float], known: Mapping[str, Any]) -> dict[str, float]:
    """Band levels of a curve: those that are known, moved by what the third octaves in them were moved."""
    before, now = (_summed(levels) for levels in (known["third_octave_db_rel_1k"], curve))
    moved = {band: level + now[band] - before[band] for band, level in known["band_db_rel_total"].items()}
    total = 10.0 * math.log10(sum(10.0 ** (level / 10.0) for level in moved.values()))
    return {band: round(level - total, 1) for band, level in moved.items()}


def _summed(third_octave_db: Mapping[str, float]) -> dict[str, float]:
    sums = {}
    for band, (low, high) in BAND_EDGES_HZ.items():
        power = 0.0
        for name, level in third_octave_db.items():
            left, right = math.log2(float(name)) - 1 / 6, math.log2(float(name)) + 1 / 6
            power += max(0.0, min(right, math.log2(high)) - max(left, math.log2(low))) * 3 * 10 ** (level / 10)
        sums[band] = 10.0 * math.log10(power)
    return sums


def _tolerance(genre_id: str, tracks: Sequence[Track], rows: Values) -> dict[str, float]:
    """Half the distance of the 10th from the 90th percentile of each band's deviation in the group."""
    group = group_of(genre_id)
    mine = [row for row, track in zip(rows, tracks, strict=True) if group_of(track.genre_id) == group]
    usual = literature()[genre_id]["tolerance_db"]
    found = {}
    for band in BAND_EDGES_HZ:
        values = [row[band] for row in mine if band in row]
        if band not in ALIGNED_ON or band == "air_10k_20k" or not values:
            found[band] = usual[band]
            continue
        low, high = np.percentile(values, [10, 90])
        found[band] = round(float(high - low) / 2.0, 1)
    return found


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path)
    tracks = read(parser.parse_args().table)
    rows = readings(tracks)
    made = norms(tracks, rows)
    standing = {name: multiples(tracks, rows, name) for name in made["quantities"]}
    made["rates"] = rates(tracks, severities(tracks, shares(made, standing)))
    _write("norms.json", made, depth=4)
    _write("genres.json", genres(tracks, rows), depth=0)


def _write(name: str, data: Any, depth: int) -> None:
    text = json.dumps(data, ensure_ascii=False, indent=1)
    if depth:
        text = _compact(data)
    (DATA / name).write_text(text + "\n", encoding="utf-8")


def _compact(data: Any, indent: int = 0) -> str:
    """JSON with one line for every list and every mapping of numbers."""
    if not isinstance(data, dict) or (all(not isinstance(value, dict) for value in data.values()) and indent > 2):
        return json.dumps(data, ensure_ascii=False)
    pad = " " * (indent + 1)
    inner = ",\n".join(f"{pad}{json.dumps(key)}: {_compact(value, indent + 1)}" for key, value in data.items())
    return f"{{\n{inner}\n{' ' * indent}}}"


if __name__ == "__main__":
    main()
