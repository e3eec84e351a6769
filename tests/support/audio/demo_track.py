"""The demo track: 28 bars of house, made by formula, with faults of known size that a review must find.

The clean twin (`demo_track(faults=())`) is the same music without them.
"""

import io
from dataclasses import dataclass
from typing import TypeAlias

import av
import numpy as np
from numpy.typing import NDArray
from scipy import signal

from tests.support.audio import demo_synth as synth
from tests.support.once import once

Spans: TypeAlias = tuple[tuple[float, float], ...]

TEMPO_BPM = 124.0
KEY = "F# minor"
STEPS_PER_BAR = 16
SWING = 0.14
"""Share of a sixteenth by which every second one comes late."""

PROGRESSION = ((54, 57, 61, 66), (50, 57, 62, 66), (49, 56, 59, 65), (54, 57, 61, 66))
"""F# minor, D major, C# major 7, F# minor: i–VI–V7–i, one chord a bar (MIDI notes)."""

ROOTS = (30, 26, 25, 30)
BASS_STEPS = (2, 4, 6, 7, 10, 12, 14, 15)
MELODY = (
    ((0, 73), (3, 71), (6, 69), (10, 66), (14, 69)),
    ((0, 74), (3, 73), (6, 69), (10, 66), (14, 69)),
    ((0, 68), (4, 65), (8, 71), (12, 68)),
    ((0, 66), (3, 69), (6, 73), (11, 69)),
)
"""(sixteenth, MIDI note) of each bar of the phrase."""

ARRANGEMENT = (
    ("intro", 4, frozenset({"hats", "pad"})),
    ("verse", 4, frozenset({"kick", "hats", "bass", "pad"})),
    ("build", 4, frozenset({"kick", "clap", "hats", "pad", "lead", "riser"})),
    ("drop", 4, frozenset({"kick", "clap", "hats", "open", "bass", "pad", "lead"})),
    ("break", 4, frozenset({"pad", "lead"})),
    ("drop", 4, frozenset({"kick", "clap", "hats", "open", "bass", "pad", "lead"})),
    ("outro", 4, frozenset({"kick", "hats", "pad"})),
)
"""Name, bars, and who plays."""

HEAD_SILENCE_S = 2.5
MUD_DB, MUD_HZ, MUD_Q = 6.0, 280.0, 0.9
DROP_DRIVE_DB = 6.0
SIDE_BELOW_HZ, SIDE_TO_MID_DB = 120.0, -3.0
BALANCE_DB = 2.0
DC_OFFSET_FS = 0.007

ALL_FAULTS = ("clip_samples", "true_peak", "over_limited", "low_stereo", "mud", "lr_balance", "dc", "silence")
"""Rule codes. The first three come from one cause, a hard clipper in the drops, and stand or fall together."""

_CLIPPER_FAULTS = frozenset({"clip_samples", "true_peak", "over_limited"})


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the track."""

    name: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class KnownFault:
    """A fault that was put in on purpose. `spans` is empty where it holds for the whole track."""

    code: str
    spans: Spans
    size: float
    unit: str

    @property
    def where(self) -> str:
        """The spans in words."""
        return ", ".join(f"{start:.1f}–{end:.1f} s" for start, end in self.spans) or "whole track"


@dataclass(frozen=True, slots=True)
class DemoTrack:
    """The rendered track. `samples` is float32 of shape (2, n), full scale 1."""

    samples: NDArray[np.float32]
    sample_rate_hz: int
    tempo_bpm: float
    key: str
    sections: tuple[Section, ...]
    faults: tuple[KnownFault, ...]

    @property
    def duration_s(self) -> float:
        """Length."""
        return self.samples.shape[1] / self.sample_rate_hz


def demo_track(sample_rate_hz: int = 44_100, seed: int = 7, faults: tuple[str, ...] = ALL_FAULTS) -> DemoTrack:
    """Make the track; a test run makes each once.

    Args:
        sample_rate_hz: rate to synthesise at.
        seed: of the noise in drums and reverb.
        faults: codes out of `ALL_FAULTS`; none gives the clean twin.
    """
    if unknown := set(faults) - set(ALL_FAULTS):
        raise ValueError(f"no such fault: {sorted(unknown)}")
    name = f"demo track, {sample_rate_hz} Hz, seed {seed}, {faults}"
    return once(name, lambda: _made(sample_rate_hz, seed, faults))


def _made(sample_rate_hz: int, seed: int, faults: tuple[str, ...]) -> DemoTrack:
    head_s = HEAD_SILENCE_S if "silence" in faults else 0.0
    sections = _sections(head_s)
    mix = _Mixer(sample_rate_hz, seed).mix()
    samples = _master(mix, sample_rate_hz, frozenset(faults), head_s)
    known = tuple(_known_fault(code, sections, samples.shape[1] / sample_rate_hz) for code in faults)
    return DemoTrack(samples, sample_rate_hz, TEMPO_BPM, KEY, sections, known)


def write_wav(samples: NDArray[np.float32], sample_rate_hz: int) -> bytes:
    """Encode as 16-bit WAV."""
    return _encode(samples, sample_rate_hz, "wav", "pcm_s16le", None)


def write_mp3(samples: NDArray[np.float32], sample_rate_hz: int, bit_rate: int = 320_000) -> bytes:
    """Encode as constant-rate MP3."""
    return _encode(samples, sample_rate_hz, "mp3", "libmp3lame", bit_rate)


def _encode(samples: NDArray[np.float32], rate: int, container: str, codec: str, bit_rate: int | None) -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate, layout="stereo")
        if bit_rate is not None:
            stream.bit_rate = bit_rate
        planes = np.ascontiguousarray(samples, dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout="stereo")
        frame.sample_rate = rate
        size = stream.frame_size or None
        resampler = av.AudioResampler(format=stream.format, layout="stereo", rate=rate, frame_size=size)
        for converted in [*resampler.resample(frame), *resampler.resample(None)]:
            output.mux(stream.encode(converted))
        output.mux(stream.encode(None))
    return buffer.getvalue()


def _sections(head_s: float) -> tuple[Section, ...]:
    bar_s = 240.0 / TEMPO_BPM
    sections, start_s = [], head_s
    for name, bars, _ in ARRANGEMENT:
        sections.append(Section(name, start_s, start_s + bars * bar_s))
        start_s += bars * bar_s
    return tuple(sections)


class _Mixer:
    """Plays the arrangement into buses and sums them."""

    def __init__(self, rate: int, seed: int) -> None:
        self._rate = rate
        self._rng = np.random.default_rng(seed)
        self._kit = synth.drum_kit(rate, self._rng)
        self._step_s = 60.0 / TEMPO_BPM / 4
        self._bars = [players for _, bars, players in ARRANGEMENT for _ in range(bars)]
        self._length = int(len(self._bars) * STEPS_PER_BAR * self._step_s * rate)

    def mix(self) -> synth.Signal:
        """The mix before mastering, shape (2, n)."""
        kicks = self._starts("kick", range(0, STEPS_PER_BAR, 4))
        drums = self._bus()
        for start in kicks:
            synth.add(drums, self._kit.kick, start, 0.92)
        duck = synth.ducking(kicks, self._length, self._rate, 0.75, 0.26)
        music = self._pad() + self._lead()
        space = synth.room(music + 0.3 * self._claps(), self._rate, self._rng, 1.4)
        dry = drums + self._claps() + self._hats() + self._riser()
        return dry + duck * (self._bass() + music + 0.35 * space)

    def _bus(self) -> synth.Signal:
        return np.zeros((2, self._length))

    def _at(self, bar: int, step: float) -> int:
        late = SWING if step % 2 == 1 else 0.0
        return int((bar * STEPS_PER_BAR + step + late) * self._step_s * self._rate)

    def _starts(self, player: str, steps: range) -> NDArray[np.intp]:
        starts = [self._at(bar, step) for bar, players in enumerate(self._bars) if player in players for step in steps]
        return np.array(starts, dtype=np.intp)

    def _claps(self) -> synth.Signal:
        bus = self._bus()
        for start in self._starts("clap", range(4, STEPS_PER_BAR, 8)):
            synth.add(bus, self._kit.clap, start, 0.34)
        return bus

    def _hats(self) -> synth.Signal:
        bus = self._bus()
        for start in self._starts("hats", range(STEPS_PER_BAR)):
            gain = 0.10 + 0.05 * self._rng.random()
            pan = 0.5 + 0.25 * (self._rng.random() - 0.5)
            synth.add(bus, np.outer([1 - pan, pan], 2 * self._kit.hat), start, gain)
        for start in self._starts("open", range(2, STEPS_PER_BAR, 4)):
            synth.add(bus, self._kit.open_hat, start, 0.15)
        return bus

    def _bass(self) -> synth.Signal:
        bus = self._bus()
        length = int(1.05 * self._step_s * self._rate)
        for bar, players in enumerate(self._bars):
            if "bass" in players:
                root = ROOTS[bar % len(ROOTS)]
                for step in BASS_STEPS:
                    octave = 12 if step in {7, 15} else 0
                    synth.add(bus, synth.bass_note(root + octave, length, self._rate), self._at(bar, step), 0.42)
        return bus

    def _pad(self) -> synth.Signal:
        bus = self._bus()
        length = int(STEPS_PER_BAR * self._step_s * self._rate)
        chords = [synth.pad_chord(notes, length, self._rate) for notes in PROGRESSION]
        for bar, players in enumerate(self._bars):
            if "pad" in players:
                synth.add(bus, chords[bar % len(chords)], self._at(bar, 0), 0.42)
        return bus

    def _lead(self) -> synth.Signal:
        mono = np.zeros(self._length)
        length = int(4 * self._step_s * self._rate)
        for bar, players in enumerate(self._bars):
            if "lead" in players:
                for step, note in MELODY[bar % len(MELODY)]:
                    synth.add(mono, synth.lead_note(note, length, self._rate), self._at(bar, step), 0.16)
        return synth.echo(np.stack([mono, mono]), int(3 * self._step_s * self._rate), 0.42, 4)

    def _riser(self) -> synth.Signal:
        bus = self._bus()
        bars = [bar for bar, players in enumerate(self._bars) if "riser" in players]
        start, end = self._at(bars[0], 0), self._at(bars[-1] + 1, 0)
        noise = self._rng.normal(size=(2, end - start))
        noise = signal.sosfilt(signal.butter(2, (700.0, 9_000.0), "bandpass", fs=self._rate, output="sos"), noise)
        synth.add(bus, noise * np.linspace(0.0, 1.0, end - start) ** 2, start, 0.10)
        return bus


def _master(mix: synth.Signal, rate: int, faults: frozenset[str], head_s: float) -> NDArray[np.float32]:
    """Level, limit, and put the faults in, in the order in which a careless chain would."""
    out = 1.3 * mix
    if "mud" in faults:
        out = _bell(out, rate, MUD_HZ, MUD_DB, MUD_Q)
    if "low_stereo" in faults:
        out = _widen_low_end(out, rate)
    out = synth.limiter(out, rate, 10.0 ** (-1.2 / 20))
    if "lr_balance" in faults:
        half = 10.0 ** (BALANCE_DB / 40)
        out *= np.array([[half], [1 / half]])
        out /= half
    if "dc" in faults:
        out += DC_OFFSET_FS
    if faults & _CLIPPER_FAULTS:
        out = np.clip(out * _drop_drive(out.shape[1], rate), -1.0, 1.0)
    silence = np.zeros((2, int(head_s * rate)))
    return np.concatenate([silence, out], axis=1).astype(np.float32)


def _drop_drive(length: int, rate: int) -> synth.Signal:
    """`DROP_DRIVE_DB` in the drops, nothing elsewhere, without clicks."""
    gain = np.ones(length)
    for section in _sections(0.0):
        if section.name == "drop":
            gain[int(section.start_s * rate) : int(section.end_s * rate)] = 10.0 ** (DROP_DRIVE_DB / 20)
    return np.convolve(gain, np.ones(256) / 256, "same")


def _bell(stereo: synth.Signal, rate: int, frequency_hz: float, gain_db: float, q: float) -> synth.Signal:
    """RBJ cookbook peaking equaliser."""
    a = 10.0 ** (gain_db / 40)
    w = 2 * np.pi * frequency_hz / rate
    alpha = np.sin(w) / (2 * q)
    b = [1 + alpha * a, -2 * np.cos(w), 1 - alpha * a]
    return np.asarray(signal.lfilter(b, [1 + alpha / a, -2 * np.cos(w), 1 - alpha / a], stereo, axis=1))


def _widen_low_end(stereo: synth.Signal, rate: int) -> synth.Signal:
    """Add a side signal below `SIDE_BELOW_HZ` that is the mid turned by 90°, `SIDE_TO_MID_DB` under it."""
    mid = stereo.mean(axis=0)
    spectrum = np.fft.rfft(mid)
    low = 1.0 / (1.0 + (np.fft.rfftfreq(mid.size, 1 / rate) / (1.3 * SIDE_BELOW_HZ)) ** 16)
    side = np.fft.irfft(-1j * spectrum * low * 10.0 ** (SIDE_TO_MID_DB / 20), mid.size)
    return stereo + np.stack([side, -side])


def _known_fault(code: str, sections: tuple[Section, ...], end_s: float) -> KnownFault:
    drops = tuple((section.start_s, section.end_s) for section in sections if section.name == "drop")
    facts: dict[str, tuple[Spans, float, str]] = {
        "clip_samples": (drops, DROP_DRIVE_DB, "dB into the clipper"),
        "true_peak": (drops, 0.0, "dBTP or more"),
        "over_limited": (drops, DROP_DRIVE_DB, "dB into the clipper"),
        "low_stereo": ((), SIDE_TO_MID_DB, "dB side to mid below 120 Hz"),
        "mud": ((), MUD_DB, "dB at 280 Hz"),
        "lr_balance": ((), BALANCE_DB, "dB left over right"),
        "dc": (((sections[0].start_s, end_s),), DC_OFFSET_FS, "FS"),
        "silence": (((0.0, sections[0].start_s),), HEAD_SILENCE_S, "s"),
    }
    return KnownFault(code, *facts[code])
