"""The usual librosa script: load as mono, separate, beats, chroma, onsets, centroid, oversampled peak, loudness."""

import sys

import librosa
import numpy as np
import pyloudnorm


def main(path: str) -> None:
    """Measure what scripts to "analyse my mix in Python" usually measure."""
    samples, rate = librosa.load(path, sr=None, mono=True)  # noqa: TID251 - this is what the usual script does
    harmonic, percussive = librosa.effects.hpss(samples)
    tempo, _ = librosa.beat.beat_track(y=percussive, sr=rate)
    chroma = librosa.feature.chroma_cqt(y=harmonic, sr=rate).mean(axis=1)
    onsets = librosa.onset.onset_strength(y=samples, sr=rate)
    centroid = librosa.feature.spectral_centroid(y=samples, sr=rate).mean()
    true_peak = np.abs(librosa.resample(samples, orig_sr=rate, target_sr=4 * rate)).max()
    loudness = pyloudnorm.Meter(rate).integrated_loudness(samples)
    print(tempo, chroma.argmax(), onsets.mean(), centroid, 20 * np.log10(true_peak), loudness)


if __name__ == "__main__":
    main(sys.argv[1])
