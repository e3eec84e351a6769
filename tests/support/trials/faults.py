"""Faults of known size and place, put into any stereo track: pure functions of samples, seeded.

Samples have shape (2, n), float64, full scale 1. A fault says which rules should speak of it, its size and its place.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from core.values.request import ReviewType

Stereo = NDArray[np.float64]
Apply = Callable[[Stereo, int, np.random.Generator], Stereo]

PEAK_DBFS = -3.0
"""Clean twins are normalised to this, so that nothing but the fault clips."""

FADE_S = 1.0
"""Clean twins begin and end with a fade: an excerpt cut out of a song has no ends of its own."""

PAUSE_AT_S, PAUSE_FADE_S = 24.0, 0.3

EDGE_S, SOUNDS_DBFS = 0.025, -50.0
"""What is quieter than this beside a hole is a rest, and nothing dropped out."""

TREBLE_HZ, OUT_DB = 10_000.0, 13.0
"""Noise is a fault where it stands this far above the music in the treble, in dB."""

EVENT_TIMES_S = (11.0, 27.5, 43.25)

NO_FAULT_OF_A_FADE = ("level_jump", "loud_passage", "cut_tail")
"""Rules that must not speak of a fade."""

HUMS = ((40, "technical"), (45, "technical"), (50, "other"))
"""Hum in dBFS below full scale, and the family of the fault: at 50 dB below, half of the music covers it."""

LOUD_PASSAGE_S, LOUD_FLANK_S, LOUD_FROM_S = 2.0, 0.02, 12.0
"""Length and flanks of a passage that is too loud, and how far it lies from the ends at least, in seconds."""

SEED = 7


@dataclass(frozen=True)
class Fault:
    """One labelled fault.

    Attributes:
        codes: rules of which one at least should speak.
        apply: puts it into samples of a rate.
        family: "technical" and "tone" have bars; "stereo", "dynamics" and "other" are for information;
            "none" is no fault, and none of the codes should appear.
        kind: the type of review it is judged in.
        band: for tone faults, the band whose level it changes.
        edge_hz: for low-passes, where the edge is left.
        size: of the fault, in `unit`, where the finding's value should tell it.
        times_s: when its events happen.
        noise: for bursts of noise, length in seconds and level in dBFS: there is none where the treble of the music is
            as loud right before, in or right after it.
        hole_s: for dropouts, how long they are: there is none where the music rests before or after.
    """

    name: str
    codes: tuple[str, ...]
    apply: Apply
    family: str = "technical"
    kind: ReviewType = ReviewType.MASTER
    band: str | None = None
    edge_hz: float | None = None
    size: float | None = None
    unit: str = ""
    times_s: tuple[float, ...] = field(default=())
    hole_s: float | None = None
    noise: tuple[float, float] | None = None

    def __reduce__(self) -> tuple[Callable[[str], "Fault"], tuple[str]]:
        """Pickled by name: `apply` is a function made here."""
        return fault_named, (self.name,)


def clean_twin(samples: Stereo, rate: int) -> Stereo:
    """`samples` with headroom and with ends."""
    count = samples.shape[1]
    ramp = np.minimum(1.0, np.arange(count) / (FADE_S * rate))
    faded = samples * ramp * ramp[::-1]
    return faded * (_gain(PEAK_DBFS) / max(1e-9, float(np.abs(faded).max())))


def with_fault(samples: Stereo, rate: int, fault: Fault) -> Stereo:
    """The clean twin with a fault."""
    return fault.apply(samples, rate, np.random.default_rng(SEED))


def events_there(clean: Stereo, rate: int, fault: Fault) -> tuple[float, ...]:
    """Times at which a fault happens to music: something sounds around a hole, nothing as sharp around noise."""
    if fault.noise is not None:
        return tuple(time for time in fault.times_s if _stands_out(clean, rate, time, fault.noise))
    if fault.hole_s is None:
        return fault.times_s
    edges = ((time, time + fault.hole_s) for time in fault.times_s)
    return tuple(
        start
        for start, end in edges
        if min(_level_dbfs(clean, rate, start - EDGE_S), _level_dbfs(clean, rate, end)) >= SOUNDS_DBFS
    )


def _stands_out(samples: Stereo, rate: int, start_s: float, noise: tuple[float, float]) -> bool:
    """Whether noise is louder than the music from `TREBLE_HZ` up, from 60 ms before it to 60 ms after it."""
    length_s, level_dbfs = noise
    part = samples[:, int((start_s - 0.06) * rate) : int((start_s + length_s + 0.06) * rate)]
    treble = signal.sosfilt(signal.butter(4, TREBLE_HZ, "highpass", fs=rate, output="sos"), part, axis=1) ** 2
    cells = np.add.reduceat(treble, np.arange(0, part.shape[1], rate // 200), axis=1) / (rate // 200)
    share = 1.0 - TREBLE_HZ / (rate / 2.0)
    return bool(cells.max() * _gain(2.0 * OUT_DB) <= share * _gain(2.0 * level_dbfs))


def _level_dbfs(samples: Stereo, rate: int, start_s: float) -> float:
    """Of the louder channel, for `EDGE_S`."""
    part = samples[:, int(start_s * rate) : int((start_s + EDGE_S) * rate)]
    return 10.0 * float(np.log10(np.mean(part**2, axis=1).max() + 1e-30))


def _gain(db: float) -> float:
    return float(10.0 ** (db / 20.0))


def _clip(drive_db: float, after_db: float = 0.0) -> Apply:
    """Drive the peaks `drive_db` past full scale and cut them off."""

    def apply(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
        return np.clip(x * _gain(drive_db - PEAK_DBFS), -1.0, 1.0) * _gain(after_db)

    return apply


def limited(x: Stereo, rate: int, drive_db: float, ceiling: float = 0.89) -> Stereo:
    """A look-ahead peak limiter: 1.5 ms attack, 60 ms release."""
    driven = x * _gain(drive_db - PEAK_DBFS)
    needed = np.minimum(1.0, ceiling / np.maximum(1e-9, np.abs(driven).max(axis=0)))
    ahead = max(3, int(0.0015 * rate))
    held = -_running_max(-needed, 2 * ahead + 1)
    release = np.exp(-1.0 / (0.06 * rate))
    # release in steps of a block: a one-pole that may only rise
    block = 16
    lowest = held[: held.size // block * block].reshape(-1, block).min(axis=1)
    smooth, state = np.empty_like(lowest), 1.0
    for index, value in enumerate(lowest):
        state = min(value, 1.0 - (1.0 - state) * release**block)
        smooth[index] = state
    gain = np.concatenate([np.repeat(smooth, block), np.full(held.size - smooth.size * block, state)])
    gain = np.convolve(np.minimum(gain, held), np.ones(ahead) / ahead, mode="same")
    return np.clip(driven * gain, -ceiling, ceiling)


def _running_max(values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    from scipy.ndimage import maximum_filter1d

    return np.asarray(maximum_filter1d(values, size))


def _limiter(drive_db: float) -> Apply:
    return lambda x, rate, rng: limited(x, rate, drive_db)


def _normalised(x: Stereo) -> Stereo:
    """Back to the clean twin's peak, so that a boost does not clip."""
    return x * (_gain(PEAK_DBFS) / max(1e-9, float(np.abs(x).max())))


def _bell(frequency_hz: float, gain_db: float, q: float) -> Apply:
    """RBJ cookbook peaking equaliser."""

    def apply(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
        a, w = 10.0 ** (gain_db / 40.0), 2.0 * np.pi * frequency_hz / rate
        alpha = np.sin(w) / (2.0 * q)
        b = [1 + alpha * a, -2 * np.cos(w), 1 - alpha * a]
        return _normalised(signal.lfilter(b, [1 + alpha / a, -2 * np.cos(w), 1 - alpha / a], x, axis=1))

    return apply


def _shelf(frequency_hz: float, gain_db: float, *, high: bool) -> Apply:
    """RBJ cookbook shelf, slope 1."""

    def apply(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
        a, w = 10.0 ** (gain_db / 40.0), 2.0 * np.pi * frequency_hz / rate
        cos, alpha = np.cos(w), np.sin(w) / np.sqrt(2.0)
        s = -1.0 if high else 1.0
        root = 2.0 * np.sqrt(a) * alpha
        b = [a * ((a + 1) - s * (a - 1) * cos + root), s * 2 * a * ((a - 1) - s * (a + 1) * cos)]
        b.append(a * ((a + 1) - s * (a - 1) * cos - root))
        c = [(a + 1) + s * (a - 1) * cos + root, -s * 2 * ((a - 1) + s * (a + 1) * cos)]
        c.append((a + 1) + s * (a - 1) * cos - root)
        return _normalised(signal.lfilter(b, c, x, axis=1))

    return apply


def _mids(x: Stereo, rate: int) -> Stereo:
    """What a shelf at either end leaves as it is."""
    mids: Stereo = signal.sosfilt(signal.butter(2, (400.0, 1_200.0), "bandpass", fs=rate, output="sos"), x, axis=1)
    return mids


def _within(first_s: float, end_s: float, change: Apply) -> Apply:
    """`change` between two times only, with crossfades of `PAUSE_FADE_S`; the mids keep their level."""

    def apply(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
        changed = change(x, rate, rng)
        changed = changed * np.sqrt(np.mean(_mids(x, rate) ** 2) / max(1e-12, np.mean(_mids(changed, rate) ** 2)))
        time = np.arange(x.shape[1]) / rate
        share = np.clip(np.minimum(time - first_s, end_s - time) / PAUSE_FADE_S, 0.0, 1.0)
        return x * (1.0 - share) + changed * share

    return apply


def _right_down(by_db: float) -> Apply:
    return lambda x, rate, rng: np.stack([x[0], x[1] * _gain(-by_db)])


def _squashed(ratio: float, attack_s: float, release_s: float, over_db: float) -> Apply:
    """A bus compressor: feed-forward, peaks of 10 ms, threshold `over_db` below the level of the loudest tenth."""

    def apply(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
        block = max(1, rate // 1_000)
        count = x.shape[1] // block
        level = np.abs(x[:, : count * block]).max(axis=0).reshape(count, block).max(axis=1)
        level_db = 20.0 * np.log10(_running_max(level, 10) + 1e-6)
        wanted = np.minimum(0.0, -(1.0 - 1.0 / ratio) * (level_db - (np.percentile(level_db, 90.0) - over_db)))
        held = np.empty(count)
        state = 0.0
        for place, goal in enumerate(wanted):
            state += (goal - state) * (1.0 - np.exp(-0.001 / (attack_s if goal < state else release_s)))
            held[place] = state
        gain_db = np.interp(np.arange(x.shape[1]), np.arange(count) * block, held)
        return _normalised(x * 10.0 ** (gain_db / 20.0))

    return apply


def _reverb(decay_s: float, wet_db: float) -> Apply:
    """Decaying noise, different left and right, as loud as the music (`wet_db` 0) and added to it."""

    def apply(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
        time = np.arange(int(1.2 * decay_s * rate)) / rate
        tail = rng.standard_normal((2, time.size)) * 10.0 ** (-3.0 * time / decay_s)
        wet = signal.fftconvolve(np.repeat(x.mean(axis=0)[None], 2, axis=0), tail, axes=1)[:, : x.shape[1]]
        wet *= _gain(wet_db) * np.sqrt(np.mean(x**2) / np.mean(wet**2))
        return _normalised(x + wet)

    return apply


def _mid_side(change: Callable[[NDArray[np.float64], NDArray[np.float64]], Stereo]) -> Apply:
    def apply(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
        mid, side = (x[0] + x[1]) / 2.0, (x[0] - x[1]) / 2.0
        return _normalised(change(mid, side))

    return apply


def _flipped(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
    return np.stack([x[0], -x[1]])


def _flipped_bass(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
    """The right channel's low end against the left one's."""
    low = signal.sosfiltfilt(signal.butter(4, 150.0, fs=rate, output="sos"), x, axis=1)
    return np.stack([x[0], x[1] - 2.0 * low[1]])


def _balance(left_over_right_db: float) -> Apply:
    def apply(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
        # what the clean twin leans is taken out first: the fault has a known size
        lean = np.sqrt(np.mean(x[0] ** 2) / max(1e-12, np.mean(x[1] ** 2)))
        return np.stack([x[0], x[1] * lean / _gain(left_over_right_db)]) * _gain(-3.0)

    return apply


def _dead(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
    return np.stack([x[0], np.zeros_like(x[1])])


def _delayed(delay_s: float) -> Apply:
    """The right channel is the left one, late."""

    def apply(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
        mono, shift = x.mean(axis=0), round(delay_s * rate)
        return np.stack([mono, np.concatenate([np.zeros(shift), mono[:-shift]])])

    return apply


def _offset(size: float) -> Apply:
    return lambda x, rate, rng: x + size


def _paused(x: Stereo, rate: int, length_s: float) -> Stereo:
    """The music pauses for `length_s` from `PAUSE_AT_S` on: noise is judged where nothing covers it."""
    time = np.arange(x.shape[1]) / rate
    away = np.minimum(time - PAUSE_AT_S, PAUSE_AT_S + length_s - time) / PAUSE_FADE_S
    return x * (1.0 - np.clip(away, 0.0, 1.0))


def _hum(level_dbfs: float) -> Apply:
    """50 Hz and five harmonics, falling 3 dB each, under the music as it is."""

    def apply(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
        time = np.arange(x.shape[1]) / rate
        lines = [_gain(-3.0 * n) * np.sin(2 * np.pi * 50.0 * (n + 1) * time + n) for n in range(6)]
        hum = np.sum(lines, axis=0)
        return x + hum * (_gain(level_dbfs) / np.sqrt(np.mean(hum**2)))

    return apply


def _hiss(under_db: float) -> Apply:
    """White noise under the level of the music, which pauses for three seconds."""

    def apply(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
        noise = rng.standard_normal(x.shape) * np.sqrt(np.mean(x**2)) * _gain(-under_db)
        return _paused(x, rate, 3.0) + noise

    return apply


def _clicks(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
    out = x.copy()
    for time in EVENT_TIMES_S:
        at = int(time * rate)
        out[:, at] = 0.9 * np.where(out[:, at] > 0, -1.0, 1.0)
    return out


def _noise_bursts(length_s: float, level_dbfs: float) -> Apply:
    """White noise that is switched on and off, of this level in each channel."""

    def apply(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
        out = x.copy()
        for time in EVENT_TIMES_S:
            start, count = int(time * rate), int(length_s * rate)
            out[:, start : start + count] += rng.standard_normal((2, count)) * _gain(level_dbfs)
        return out

    return apply


def _pops(length_s: float, height: float) -> Apply:
    """Thumps: one half-wave each, as a plosive leaves them."""

    def apply(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
        out = x.copy()
        for time in EVENT_TIMES_S:
            start, count = int(time * rate), int(length_s * rate)
            out[:, start : start + count] += height * np.sin(np.pi * np.arange(count) / count)
        return out

    return apply


def _loud_passage(by_db: float) -> Apply:
    """The loudest `LOUD_PASSAGE_S` of the middle of the track, louder still, with flanks of `LOUD_FLANK_S`."""

    def apply(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
        start = loud_passage_at_s(x, rate)
        time = np.arange(x.shape[1]) / rate
        inside = np.minimum(time - start, start + LOUD_PASSAGE_S - time) / LOUD_FLANK_S
        return x * _gain(-by_db) * 10.0 ** (by_db / 20.0 * np.clip(inside, 0.0, 1.0))

    return apply


def loud_passage_at_s(x: Stereo, rate: int) -> float:
    """Where the loudest `LOUD_PASSAGE_S` between `LOUD_FROM_S` and the same distance from the end begin."""
    tenths = np.add.reduceat((x**2).sum(axis=0), np.arange(0, x.shape[1] - rate // 10, rate // 10))
    level = np.convolve(tenths, np.ones(round(10 * LOUD_PASSAGE_S)), mode="valid")
    first = round(10 * LOUD_FROM_S)
    return LOUD_FROM_S + int(np.argmax(level[first:-first])) / 10.0


def _faded_out(length_s: float) -> Apply:
    """A linear fade to silence at the end."""

    def apply(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
        count = int(length_s * rate)
        out = x.copy()
        out[:, -count:] *= np.linspace(1.0, 0.0, count)
        return out

    return apply


def _dropouts(length_s: float) -> Apply:
    def apply(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
        out = x.copy()
        for time in EVENT_TIMES_S:
            out[:, int(time * rate) : int((time + length_s) * rate)] = 0.0
        return out

    return apply


def _silence(head_s: float, tail_s: float) -> Apply:
    def apply(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
        return np.concatenate([np.zeros((2, int(head_s * rate))), x, np.zeros((2, int(tail_s * rate)))], axis=1)

    return apply


def _low_passed(cutoff_hz: float) -> Apply:
    """As an encoder's filter bank leaves it: nothing above."""

    def apply(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
        spectrum = np.fft.rfft(x, axis=1)
        spectrum[:, int(cutoff_hz * x.shape[1] / rate) :] = 0.0
        return np.fft.irfft(spectrum, x.shape[1], axis=1) + 1e-6 * rng.standard_normal(x.shape)

    return apply


def _second_half(by_db: float) -> Apply:
    """The quieter half is turned down, so that nothing clips."""

    def apply(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
        out, middle = x.copy(), x.shape[1] // 2
        out[:, slice(middle, None) if by_db < 0.0 else slice(middle)] *= _gain(-abs(by_db))
        return out

    return apply


def _quantised(bits: int) -> Apply:
    scale = 2.0 ** (bits - 1)
    return lambda x, rate, rng: np.clip(np.rint(x * scale), -scale, scale - 1) / scale


def _rumble(level_db: float) -> Apply:
    """Noise of 8 to 20 Hz, relative to the track's own RMS."""

    def apply(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
        band = signal.butter(4, (8.0, 20.0), "bandpass", fs=rate, output="sos")
        noise = signal.sosfilt(band, rng.standard_normal(x.shape[1]))
        noise *= _gain(level_db) * np.sqrt(np.mean(x**2) / np.mean(noise**2))
        return _normalised(x + noise)

    return apply


def _cut(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
    """The music once more, with its end missing from the middle of the loudest second of the second half on."""
    half = x.shape[1] // 2
    seconds = np.add.reduceat((x[:, half:] ** 2).sum(axis=0), np.arange(0, x.shape[1] - half, rate))[:-2]
    return np.concatenate([x, x[:, : half + int(np.argmax(seconds)) * rate + rate // 2]], axis=1)


def _full_scale(x: Stereo, rate: int, rng: np.random.Generator) -> Stereo:
    """Sample peaks 0.1 dB over full scale, limited sample by sample: true peaks lie above."""
    return np.clip(x * _gain(-PEAK_DBFS + 0.1), -1.0, 1.0)


FAULTS: tuple[Fault, ...] = (
    Fault("clip 3 dB", ("clip_samples",), _clip(3.0)),
    Fault("clip 6 dB", ("clip_samples",), _clip(6.0)),
    Fault("clip 12 dB", ("clip_samples",), _clip(12.0)),
    Fault("clip 6 dB, then −4 dB", ("clip_samples",), _clip(6.0, -4.0)),
    Fault("clip 6 dB in a mix", ("clip_samples",), _clip(6.0), kind=ReviewType.MIXDOWN),
    Fault("limiter 8 dB", ("over_limited",), _limiter(8.0), family="dynamics"),
    Fault("limiter 16 dB", ("over_limited",), _limiter(16.0), family="dynamics"),
    Fault(
        "limiter 16 dB in a mix",
        ("over_limited", "mix_loudness"),
        _limiter(16.0),
        family="dynamics",
        kind=ReviewType.MIXDOWN,
    ),
    Fault("+6 dB at 300 Hz", ("mud",), _bell(300.0, 6.0, 0.9), family="tone", band="lowmid_200_500"),
    Fault("+6 dB at 3.5 kHz", ("harsh",), _bell(3_500.0, 6.0, 0.9), family="tone", band="presence_2k_5k"),
    Fault("−9 dB shelf at 6 kHz", ("dull",), _shelf(6_000.0, -9.0, high=True), family="tone", band="high_5k_10k"),
    Fault(
        "+9 dB shelf at 6 kHz",
        ("bright_excess",),
        _shelf(6_000.0, 9.0, high=True),
        family="tone",
        band="high_5k_10k",
    ),
    Fault("+8 dB at 70 Hz", ("low_end_buildup",), _bell(70.0, 8.0, 0.7), family="tone", band="bass_60_200"),
    Fault("−9 dB shelf at 150 Hz", ("thin_low",), _shelf(150.0, -9.0, high=False), family="tone", band="bass_60_200"),
    Fault("polarity flip", ("dual_mono", "mono_fold", "corr_neg"), _flipped),
    Fault("side only", ("dual_mono",), _mid_side(lambda mid, side: np.stack([side, -side]))),
    Fault(
        "side +9 dB",
        ("mono_fold", "corr_neg", "width_vs_genre", "low_stereo"),
        _mid_side(lambda mid, side: np.stack([mid + 2.8 * side, mid - 2.8 * side])),
        family="stereo",
    ),
    Fault("mono", ("dual_mono",), _mid_side(lambda mid, side: np.stack([mid, mid])), family="stereo"),
    Fault("out-of-phase bass", ("low_stereo", "mono_fold"), _flipped_bass),
    Fault("4 dB balance", ("lr_balance",), _balance(4.0), size=4.0, unit="dB"),
    Fault("dead channel", ("dual_mono",), _dead),
    Fault("0.6 ms delay", ("mono_fold", "dual_mono"), _delayed(0.0006)),
    Fault("DC 0.01", ("dc",), _offset(0.01), size=0.01, unit="FS"),
    *(Fault(f"hum of −{level} dBFS", ("hum",), _hum(-level), family=family) for level, family in HUMS),
    Fault("hiss 34 dB under the music", ("noise_floor",), _hiss(34.0)),
    Fault("3 clicks", ("level_jump",), _clicks, times_s=EVENT_TIMES_S),
    Fault("3 dropouts of 80 ms", ("level_jump",), _dropouts(0.08), times_s=EVENT_TIMES_S, hole_s=0.08),
    Fault(
        "3 noise bursts of 20 ms, −20 dBFS",
        ("level_jump",),
        _noise_bursts(0.02, -20.0),
        family="other",
        times_s=EVENT_TIMES_S,
        noise=(0.02, -20.0),
    ),
    Fault(
        "3 noise bursts of 100 ms, −25 dBFS",
        ("level_jump",),
        _noise_bursts(0.1, -25.0),
        family="other",
        times_s=EVENT_TIMES_S,
        noise=(0.1, -25.0),
    ),
    Fault(
        "3 noise bursts of 400 ms, −30 dBFS",
        ("level_jump",),
        _noise_bursts(0.4, -30.0),
        family="other",
        times_s=EVENT_TIMES_S,
        noise=(0.4, -30.0),
    ),
    Fault("3 pops of 20 ms", ("level_jump",), _pops(0.02, 0.35), family="other", times_s=EVENT_TIMES_S),
    Fault("2 s 6 dB too loud", ("loud_passage",), _loud_passage(6.0), family="dynamics", size=6.0, unit="LU"),
    *(
        Fault(
            f"fade of {length_s:.0f} s", ("level_jump", "loud_passage", "cut_tail"), _faded_out(length_s), family="none"
        )
        for length_s in (3.0, 8.0, 15.0)
    ),
    Fault("3 s of head silence", ("silence",), _silence(3.0, 0.0), size=3.0, unit="s", times_s=(0.0,)),
    Fault("20 s of tail silence", ("silence",), _silence(0.0, 20.0), size=20.0, unit="s"),
    Fault("16 kHz low-pass", ("lossy_source",), _low_passed(16_000.0), edge_hz=16_000.0),
    *(
        Fault(
            f"{by_db:+.0f} dB second half".replace("-", "−"),
            ("level_jump",),
            _second_half(by_db),
            "dynamics",
            times_s=(30.0,),
        )
        for by_db in (-8.0, -6.0, -4.0, 4.0, 6.0, 8.0)
    ),
    Fault("8-bit", ("fake_hires",), _quantised(8)),
    Fault("rumble", ("rumble",), _rumble(-6.0), family="other"),
    Fault("+20 dB ring at 1.13 kHz", ("resonance",), _bell(1_130.0, 20.0, 30.0), family="other"),
    Fault("+18 dB ring at 250 Hz", ("resonance",), _bell(250.0, 18.0, 20.0), family="other"),
    Fault("+18 dB ring at 3.1 kHz", ("resonance",), _bell(3_100.0, 18.0, 20.0), family="other"),
    Fault("+18 dB ring at 12 kHz", ("resonance",), _bell(12_000.0, 18.0, 20.0), family="other"),
    Fault("honk: +7 dB at 1 kHz", ("resonance", "boxy"), _bell(1_000.0, 7.0, 2.0), family="other"),
    Fault("bite: +7 dB at 6 kHz", ("resonance", "bright_excess", "harsh"), _bell(6_000.0, 7.0, 2.0), family="other"),
    Fault("scoop: −7 dB at 700 Hz", ("mud", "harsh"), _bell(700.0, -7.0, 1.4), family="other"),
    Fault("boom: +7 dB at 150 Hz", ("low_end_buildup", "mud", "boomy_note"), _bell(150.0, 7.0, 1.4), family="other"),
    Fault("boom: +9 dB at G1", ("boomy_note", "resonance"), _bell(49.0, 9.0, 8.0), family="other"),
    Fault("−10 dB shelf at 150 Hz", ("thin_low",), _shelf(150.0, -10.0, high=False), family="other"),
    Fault(
        "a muffled part",
        ("muffled_part",),
        _within(20.0, 40.0, _shelf(3_000.0, -9.0, high=True)),
        family="other",
    ),
    Fault(
        "a part without bass",
        ("bass_gone",),
        _within(20.0, 40.0, _shelf(180.0, -30.0, high=False)),
        family="other",
    ),
    Fault("a part that leans", ("part_leans",), _within(20.0, 40.0, _right_down(3.0)), family="other"),
    Fault("8:1 on the bus", ("over_limited", "transient_dull"), _squashed(8.0, 0.003, 0.15, 12.0), family="dynamics"),
    Fault("a flood of reverb", ("transient_dull",), _reverb(3.0, 0.0), family="other"),
    Fault("end cut off", ("cut_tail",), _cut),
    Fault("peaks at full scale", ("true_peak",), _full_scale),
)


def fault_named(name: str) -> Fault:
    """The fault of this name."""
    return next(fault for fault in FAULTS if fault.name == name)
