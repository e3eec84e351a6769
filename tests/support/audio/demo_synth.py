"""Instruments of the demo track: drums, bass, pad and lead out of sines, noise and wavetables.

All take and give mono or stereo arrays of float64 at one sample rate; nothing is read from disk.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal

Signal = NDArray[np.float64]

TABLE_LENGTH = 4_096


@dataclass(frozen=True, slots=True)
class Kit:
    """One-shot drum sounds, mono, peak about 1."""

    kick: Signal
    clap: Signal
    hat: Signal
    open_hat: Signal


def hertz(midi_note: float) -> float:
    """Equal temperament, A4 (69) = 440 Hz."""
    return float(440.0 * 2.0 ** ((midi_note - 69) / 12))


def saw_table(harmonics: int) -> Signal:
    """One cycle of a band-limited sawtooth: harmonics 1…n at 1/n, with a gentle Lanczos taper against ringing."""
    phase = np.arange(TABLE_LENGTH) / TABLE_LENGTH
    orders = np.arange(1, harmonics + 1)
    weights = np.sinc(orders / (harmonics + 1)) / orders
    table: Signal = weights @ np.sin(2 * np.pi * orders[:, None] * phase)
    return table / np.max(np.abs(table))


def play_table(table: Signal, frequency_hz: float, length: int, rate: int, phase: float = 0.0) -> Signal:
    """Read a wavetable with linear interpolation."""
    position = (phase + np.arange(length) * (frequency_hz / rate)) % 1.0 * TABLE_LENGTH
    low = position.astype(np.intp)
    share = position - low
    closed = np.append(table, table[0])
    return (1 - share) * closed[low] + share * closed[low + 1]


def decay(length: int, rate: int, time_s: float, attack_s: float = 0.001) -> Signal:
    """An envelope that rises in `attack_s` and falls to −60 dB in `time_s`."""
    t = np.arange(length) / rate
    return np.minimum(t / attack_s, 1.0) * 10.0 ** (-3.0 * t / time_s)


def gate(length: int, rate: int, fade_s: float) -> Signal:
    """Ones with linear fades at both ends."""
    fade = min(int(fade_s * rate), length // 2)
    ramp = np.linspace(0.0, 1.0, fade, endpoint=False)
    return np.concatenate([ramp, np.ones(length - 2 * fade), ramp[::-1]])


def drum_kit(rate: int, rng: np.random.Generator) -> Kit:
    """Kick, clap, closed and open hat."""
    return Kit(_kick(rate), _clap(rate, rng), _hat(rate, rng, 0.10), _hat(rate, rng, 0.42))


def _kick(rate: int) -> Signal:
    """A sine that falls from 190 to 49 Hz, with a click."""
    length = int(0.38 * rate)
    t = np.arange(length) / rate
    frequency = 49.0 + 141.0 * np.exp(-t / 0.028)
    body = np.sin(2 * np.pi * np.cumsum(frequency) / rate) * decay(length, rate, 0.55)
    click = np.sin(2 * np.pi * 2_100.0 * t) * decay(length, rate, 0.02)
    return np.tanh(1.5 * body) * gate(length, rate, 0.002) + 0.22 * click


def _clap(rate: int, rng: np.random.Generator) -> Signal:
    """Three bursts and a tail of noise around 1.8 kHz."""
    length = int(0.25 * rate)
    envelope = 0.7 * decay(length, rate, 0.28)
    for start_s in (0.0, 0.011, 0.022):
        start = int(start_s * rate)
        envelope[start:] += decay(length - start, rate, 0.03)
    band = signal.butter(2, (900.0, 6_500.0), "bandpass", fs=rate, output="sos")
    noise = signal.sosfilt(band, rng.normal(size=length))
    sound = noise * envelope
    return np.asarray(sound / np.max(np.abs(sound)))


def _hat(rate: int, rng: np.random.Generator, time_s: float) -> Signal:
    """High-passed noise with a metallic ring."""
    length = int(min(time_s * 1.2, 0.4) * rate)
    t = np.arange(length) / rate
    metal = sum(np.sign(np.sin(2 * np.pi * f * t)) for f in (3_101.0, 4_567.0, 6_203.0))
    raw = rng.normal(size=length) + 0.5 * np.asarray(metal)
    sound = signal.sosfilt(signal.butter(4, 6_800.0, "highpass", fs=rate, output="sos"), raw)
    sound *= decay(length, rate, time_s)
    return np.asarray(sound / np.max(np.abs(sound)))


def bass_note(note: int, length: int, rate: int) -> Signal:
    """A round bass: sine fundamental, a little second and third harmonic, saturated."""
    t = np.arange(length) / rate
    f = hertz(note)
    tone = np.sin(2 * np.pi * f * t) + 0.35 * np.sin(4 * np.pi * f * t) + 0.16 * np.sin(6 * np.pi * f * t)
    return np.tanh(1.3 * tone) * decay(length, rate, 0.9, 0.004) ** 0.35 * gate(length, rate, 0.012)


def pad_chord(notes: tuple[int, ...], length: int, rate: int) -> Signal:
    """A stereo chord of detuned saws, softened above 2.4 kHz; shape (2, n)."""
    table = saw_table(28)
    sides = np.zeros((2, length))
    for index, note in enumerate(notes):
        f = hertz(note)
        for cents, left, right in ((-7.0, 0.85, 0.35), (0.0, 0.6, 0.6), (6.0, 0.35, 0.85)):
            tone = play_table(table, f * 2 ** (cents / 1_200), length, rate, (index * 0.37 + cents * 0.05) % 1.0)
            sides += np.stack([left * tone, right * tone])
    soft = signal.sosfilt(signal.butter(1, 2_400.0, "lowpass", fs=rate, output="sos"), sides)
    thin = signal.sosfilt(signal.butter(2, 160.0, "highpass", fs=rate, output="sos"), soft)
    return np.asarray(thin * gate(length, rate, 0.03) / len(notes))


def lead_note(note: int, length: int, rate: int) -> Signal:
    """A plucked square-ish lead."""
    f = hertz(note)
    tone = play_table(saw_table(18), f, length, rate) - play_table(saw_table(18), f, length, rate, 0.5)
    return tone * decay(length, rate, 0.55, 0.003) * gate(length, rate, 0.005)


def ducking(kicks: NDArray[np.intp], length: int, rate: int, depth: float, release_s: float) -> Signal:
    """A gain that dips by `depth` at every kick and recovers: the pump of a side-chained compressor."""
    shape_length = int(release_s * rate)
    dip = depth * (1.0 - np.arange(shape_length) / shape_length) ** 2
    gain = np.ones(length)
    for start in kicks:
        end = min(start + shape_length, length)
        gain[start:end] = np.minimum(gain[start:end], 1.0 - dip[: end - start])
    smooth = int(0.004 * rate)
    return np.convolve(gain, np.ones(smooth) / smooth, "same")


def add(track: Signal, sound: Signal, start: int, gain: float = 1.0) -> None:
    """Mix `sound` into `track` in place, cut at its end."""
    end = min(start + sound.shape[-1], track.shape[-1])
    if end > start:
        track[..., start:end] += gain * sound[..., : end - start]


def echo(stereo: Signal, delay: int, feedback: float, repeats: int) -> Signal:
    """A ping-pong delay: each repeat swaps the sides."""
    out = stereo.copy()
    wet = stereo
    for repeat in range(1, repeats + 1):
        wet = wet[::-1] * feedback
        add(out, wet, repeat * delay)
    return out


def room(stereo: Signal, rate: int, rng: np.random.Generator, time_s: float) -> Signal:
    """A short reverb: the signal through decaying stereo noise, without its low end."""
    length = int(time_s * rate)
    tail = rng.normal(size=(2, length)) * decay(length, rate, time_s) / np.sqrt(length)
    tail = signal.sosfilt(signal.butter(2, (350.0, 7_000.0), "bandpass", fs=rate, output="sos"), tail)
    return np.asarray(signal.oaconvolve(stereo, tail * 4.0, axes=1)[:, : stereo.shape[1]])


def limiter(stereo: Signal, rate: int, ceiling: float) -> Signal:
    """A look-ahead peak limiter: gain is the least needed within 3 ms on either side, smoothed over as much."""
    from scipy.ndimage import minimum_filter1d, uniform_filter1d

    upsampled = np.abs(signal.resample_poly(stereo, 4, 1, axis=1)).reshape(2, -1, 4).max(axis=(0, 2))
    needed = np.minimum(1.0, ceiling / np.maximum(upsampled, 1e-9))
    window = 2 * int(0.003 * rate) + 1
    gain = uniform_filter1d(minimum_filter1d(needed, 2 * window + 1), window)
    slow = minimum_filter1d(needed, int(0.06 * rate))
    gain = np.minimum(gain, uniform_filter1d(slow, int(0.12 * rate)))
    return stereo * gain
