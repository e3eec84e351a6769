"""Claims in words: what a sentence asserts about the track, and whether the measurements say so."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from core.advice.checking.claim_words import CLAIMS
from core.advice.checking.spelling import alternatives
from core.review import Brief
from core.rules.reading import Severity

TENDENCY_DB = 2.0
"""A band this far from the curve may be called bright, dull, full or thin without being a finding."""

MAY_SAY_ALIVE_PSR_DB = 8.0
"""Least PSR in dB of which a text may say that the dynamics are alive: 1 dB less than for the strength."""

HOT_DBTP = -1.0
NO_HEADROOM_DB = -1.0
"""Sample peak in dBFS above which a text may say that there is no headroom."""

MAY_SAY_MONO_SAFE_DB = -3.0
NARROW_CORRELATION = 0.8
WIDE_CORRELATION = 0.4
MAY_SAY_CENTRED_DB = 1.0
MAY_SAY_SOLID_LOW_DB = -15.0
LOUD_SLACK_LU = 1.0


@dataclass(frozen=True, slots=True)
class Claim:
    """An assertion: `axis` and which way. `words` are how it was put."""

    axis: str
    says: str
    words: str


_COMPILED = tuple(
    (name.split(" ")[0], name.split(" ")[1], alternatives(r"\b(?:{})", words)) for name, words in CLAIMS.items()
)
"""Axis, direction, pattern."""

_NEGATION = re.compile(
    r"\b(?:no|not|never|without|free of|hardly|neither|nor|nothing|none|zero|lack of|isn't|aren't|doesn't|don't|"
    r"didn't|won't|"
    r"wasn't|nowhere|far from|less|instead of|rather than|anything but|rid of|avoid\w*|prevent\w*|stop\w*|fix\w*|"
    r"cure\w*|"
    r"remove\w*|tame\w*|clear\w* up|reduc\w+)\b(?:[\s-]+[\w']+){0,3}[\s-]*$",
    re.IGNORECASE,
)
_TURNED_INSIDE = re.compile(
    r"\b(?:is|are|feels?|sounds?|stays?|sits?) (?:not|never|hardly|barely|less)\b", re.IGNORECASE
)
_SAYS_NO = ("lowwide", "+")
"""Its own words hold a "not": the bass is not mono."""

_UNSURE = re.compile(
    r"\b(?:if|when|whenever|unless|until|once|whether|before it|so (?:that )?(?:it|the|you|they)|otherwise|would|"
    r"could|may|might|"
    r"risk\w*|can|likely to|tends? to|in case|make sure|makes? sure|listen\w* (?:for|whether|if|to)|"
    r"(?:re-?)?check\w*|whatever|watch|beware|careful|"
    r"too much of|or else|should|want\w*|aim\w*|keep\w*|let|ask|see|hear|wonder|feels? like|turns? into|will)\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:was|were|used to|before|earlier|previous\w*|last version|got better|improved|fixed|gone)\b", re.IGNORECASE
)
_COMPARES = re.compile(r"\bthan (?:the|your|that) ref\w*|\bthan (?:it|theirs)\b|\bthe reference\b", re.IGNORECASE)

_CLAUSE = re.compile(r"[,;:.!?]|\b(?:but|while|whereas|and|although|though)\b")


def claims_in(text: str) -> list[Claim]:
    """What a plain sentence asserts; questions, wishes and warnings assert nothing."""
    if text.rstrip().endswith("?"):
        return []
    found = []
    for axis, says, pattern in _COMPILED:
        for match in pattern.finditer(text):
            cuts = [cut.end() for cut in _CLAUSE.finditer(text, 0, match.start())]
            before = text[max(cuts, default=0) : match.start()]
            if _UNSURE.search(before) or _COMPARES.search(text):
                continue
            turned = bool(_NEGATION.search(before))
            if _TURNED_INSIDE.search(match.group(0)) and (axis, says) != _SAYS_NO:
                turned = not turned
            found.append(Claim(axis, f"not {says}" if turned else says, match.group(0)))
    # "the low end is too wide" says nothing about the width of the whole
    is_about_lows = any(claim.axis == "lowwide" for claim in found)
    return [claim for claim in found if not (is_about_lows and claim.axis == "wide")]


class Truth:
    """What the measurements of a brief say about each axis."""

    def __init__(self, brief: Brief) -> None:
        self._brief = brief
        self._codes = {finding.code for finding in brief.diagnosis.findings}
        self._serious = {f.code for f in brief.diagnosis.findings if f.severity is not Severity.INFO}
        self._fixed = {change.code for change in brief.diagnosis.versions or ()}

    def denies(self, claim: Claim) -> bool:
        """Whether the measurements do not say what a claim says."""
        is_turned = claim.says.startswith("not ")
        says = claim.says.removeprefix("not ")
        holds = _JUDGES[claim.axis](self, says)
        return holds if is_turned else not holds

    def has(self, *codes: str) -> bool:
        """Whether one of these was found."""
        return bool(self._codes & set(codes))

    def _tends(self, bands: Iterable[str], sign: int) -> bool:
        values = [self._brief.band_deviation_db(band) for band in bands]
        return any(value is not None and sign * value >= TENDENCY_DB for value in values)

    def loud(self, says: str) -> bool:
        """Against the genre's releases."""
        level, release = self._brief.analysis.loudness.as_played_lufs, self._brief.genre.release_lufs
        if level is None or self._brief.request.type.value != "master":
            return self.has("mix_loudness") and says == "+"
        if says == "+":
            return self.has("loud_vs_genre", "over_limited") and level > (release.high or 0.0) - LOUD_SLACK_LU
        return level < (release.low or -70.0) + LOUD_SLACK_LU

    def clip(self, says: str) -> bool:
        """Clipped samples."""
        clipped = self._brief.analysis.peaks.clipped_run_count > 0
        return clipped if says == "+" else not clipped

    def peak(self, says: str) -> bool:
        """True peak against the usual ceiling."""
        hot = self._brief.analysis.peaks.true_peak_dbtp > HOT_DBTP
        return hot if says == "+" else not hot

    def limit(self, says: str) -> bool:
        """How much the limiter shapes."""
        if says == "+":
            return self.has("over_limited", "mix_loudness", "transient_dull", "lra_change")
        psr = self._brief.analysis.dynamics.psr_min_db
        return psr is not None and psr >= MAY_SAY_ALIVE_PSR_DB and not self.has("over_limited")

    def low(self, says: str) -> bool:
        """20–200 Hz."""
        codes, sign = (("low_end_buildup", "rumble"), 1) if says == "+" else (("thin_low",), -1)
        return self.has(*codes) or self._tends(("sub_20_60", "bass_60_200"), sign)

    def lowmid(self, says: str) -> bool:
        """200–500 Hz."""
        return (says == "+" and self.has("mud", "boxy")) or self._tends(("lowmid_200_500",), 1 if says == "+" else -1)

    def presence(self, says: str) -> bool:
        """2–5 kHz."""
        return (says == "+" and self.has("harsh", "sibilance")) or self._tends(
            ("presence_2k_5k",), 1 if says == "+" else -1
        )

    def top(self, says: str) -> bool:
        """5–20 kHz."""
        codes, sign = (("bright_excess", "sibilance"), 1) if says == "+" else (("dull",), -1)
        return self.has(*codes) or self._tends(("high_5k_10k", "air_10k_20k"), sign)

    def lowwide(self, says: str) -> bool:
        """Side below 120 Hz."""
        bass = self._brief.analysis.bass
        side = bass.side_to_mid_below_120_db if bass else None
        if says == "+":
            return self.has("low_stereo")
        return side is not None and side <= MAY_SAY_SOLID_LOW_DB and not self.has("low_stereo")

    def wide(self, says: str) -> bool:
        """Width of the whole."""
        correlation = self._brief.analysis.stereo.correlation
        if correlation is None:
            return says == "-"
        return correlation <= WIDE_CORRELATION if says == "+" else correlation >= NARROW_CORRELATION

    def mono(self, says: str) -> bool:
        """What folding to mono costs: "+" is fine, "-" is a problem."""
        stereo = self._brief.analysis.stereo
        problem = self.has("mono_fold", "dual_mono", "corr_neg")
        if says == "-":
            negative = stereo.timeline is not None and any((value or 0.0) < 0 for value in stereo.timeline.correlation)
            return problem or negative
        loss = stereo.mono_fold_loss_db
        return not problem and (loss is None or loss > MAY_SAY_MONO_SAFE_DB) and not self.has("low_stereo")

    def balance(self, says: str) -> bool:
        """Left against right."""
        value = self._brief.analysis.stereo.balance_db
        if says == "any":
            return self.has("lr_balance")
        if says == "ok":
            return (value is None or abs(value) <= MAY_SAY_CENTRED_DB) and not self.has("lr_balance")
        return value is not None and abs(value) > MAY_SAY_CENTRED_DB / 2 and (value > 0) is (says == "left")

    def headroom(self, says: str) -> bool:
        """Headroom above the highest peak."""
        none = self._brief.analysis.peaks.sample_peak_dbfs > NO_HEADROOM_DB
        return not none if says == "+" else none

    def dc(self, says: str) -> bool:
        """DC offset; there is one way to say it."""
        return says == "+" and self.has("dc")

    def silence(self, says: str) -> bool:
        """Silence at the ends."""
        return says == "+" and self.has("silence")

    def lossy(self, says: str) -> bool:
        """A lossy or padded source."""
        return says == "+" and self.has("lossy_source", "fake_hires")

    def channel(self, says: str) -> bool:
        """A dead, doubled or flipped channel."""
        return says == "+" and self.has("dual_mono")

    def bears_out(self, subject: str, how: str, clause: str) -> bool:
        """Whether a measured subject is too much, too little, good or bad, as `assertions` found it said."""
        if subject in {"low", "lowmid", "presence", "top"}:
            judge = _JUDGES[subject]
            if how in {"much", "ample", "little"}:
                return judge(self, "-" if how == "little" else "+")
            off = judge(self, "+") or judge(self, "-") or (subject == "low" and self.has("low_stereo", "kick_bass"))
            return off if how == "bad" else not off
        if subject == "image" and how in {"much", "little"} and "mono" not in clause:
            return self.wide("+" if how == "much" else "-")
        good = (
            how in {"good", "ample", "much"}
            if subject not in {"limiter", "clip", "peak"}
            else how in {"good", "ample", "little"}
        )
        return _SUBJECT_JUDGES[subject](self, good, clause)

    def _image(self, *, is_good: bool, clause: str) -> bool:
        off = self.has("mono_fold", "low_stereo", "lr_balance", "dual_mono", "corr_neg", "width_vs_genre")
        if "mono" in clause:
            return self.mono("+" if is_good else "-")
        return not off if is_good else off

    def _sides(self, *, is_good: bool, clause: str) -> bool:
        words = clause.casefold()
        if "right" in words and "left" not in words:
            return self.balance("right")
        if "left" in words and "right" not in words:
            return self.balance("left")
        return self.balance("ok") if is_good else not self.balance("ok")

    def overall(self, says: str) -> bool:
        """Whether nothing is left to do. That everything is bad is never a measurement."""
        return says == "ok" and not self._serious


_SUBJECT_JUDGES: dict[str, Callable[[Truth, bool, str], bool]] = {
    "limiter": lambda truth, good, _: truth.limit("-" if good else "+"),
    "punch": lambda truth, good, _: truth.limit("-" if good else "+"),
    "clip": lambda truth, good, _: truth.clip("-" if good else "+"),
    "peak": lambda truth, good, _: truth.peak("-" if good else "+") or (not good and truth.clip("+")),
    "headroom": lambda truth, good, _: truth.headroom("+" if good else "-"),
    "mono": lambda truth, good, _: truth.mono("+" if good else "-"),
    "image": lambda truth, good, clause: truth._image(is_good=good, clause=clause),  # noqa: SLF001
    "balance": lambda truth, good, clause: truth._sides(is_good=good, clause=clause),  # noqa: SLF001
    "level": lambda truth, good, _: truth.loud("+" if good else "-"),
}

_JUDGES: dict[str, Callable[[Truth, str], bool]] = {
    "loud": Truth.loud,
    "clip": Truth.clip,
    "peak": Truth.peak,
    "limit": Truth.limit,
    "low": Truth.low,
    "lowmid": Truth.lowmid,
    "presence": Truth.presence,
    "top": Truth.top,
    "lowwide": Truth.lowwide,
    "wide": Truth.wide,
    "mono": Truth.mono,
    "balance": Truth.balance,
    "headroom": Truth.headroom,
    "dc": Truth.dc,
    "silence": Truth.silence,
    "lossy": Truth.lossy,
    "channel": Truth.channel,
    "all": Truth.overall,
}
