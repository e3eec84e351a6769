"""Spectra of 2048 windowed samples of ``L + iR``, and their powers, a frame at a time within the fastest cache.

The transform is that of `scipy.fft.fft`, cut into passes of eight, eight, eight and four (Stockham's arrangement, as in
Swarztrauber 1984, "FFT algorithms for vector computers": each pass leaves its results sorted, so that all loops run
along memory). Real and imaginary parts lie apart, which is what vectorised loops read best. With the squares taken
while a frame is still at hand this takes half the time of windowing, `scipy.fft` and `stereo_power` one after the other
(`make bench`).
"""

import numpy as np
from numpy.typing import NDArray

from core.analysis.kernels.frame_powers import add_frame_power
from core.analysis.kernels.jit import inlined

SIZE = 2_048
EIGHTH, BLOCKS, QUARTER = SIZE // 8, SIZE // 64, SIZE // 4
"""Distance of what a pass of eight takes together, blocks of eight in that, distance of what the pass of four takes."""

DIAGONAL = np.float32(0.5**0.5)
"""Real part of the first eighth of a turn."""


def turns() -> NDArray[np.float32]:
    """What the results of the first three passes are multiplied by: shape (3, 2, SIZE), real and imaginary parts.

    Rows of eight times `EIGHTH`: for each result of a butterfly the turns of all butterflies of that pass; the third
    pass has four different ones.
    """
    results = np.arange(8)[:, None]
    steps = (np.arange(EIGHTH) / SIZE, np.repeat(np.arange(BLOCKS), 8) / EIGHTH, np.arange(4) / BLOCKS)
    angles = [2.0 * np.pi * results * step for step in steps]
    rows = [np.resize(np.exp(-1j * angle), SIZE) for angle in angles]
    return np.array([[row.real, row.imag] for row in rows], np.float32)


def stereo_spectra(
    samples: NDArray[np.float32],
    window: NDArray[np.float32],
    first: int,
    hop: int,
    factors: NDArray[np.float32],
    scale: float,
    frame_step: int,
    spectrum_step: int,
    total: NDArray[np.float32],
    lrms: NDArray[np.float32],
    spectrum: NDArray[np.complex64],
) -> None:
    """Powers of equally spaced frames of a chunk.

    Args:
        samples: shape (2, n).
        window: shape (SIZE,).
        first: index where the first frame begins.
        hop: samples between frames.
        factors: `turns`.
        scale: what |L|² is multiplied by.
        frame_step: only every so many-th frame goes into `lrms`.
        spectrum_step: only every so many-th frame goes into `spectrum`.
        total: shape (frames, K), filled in place, as by `stereo_power`.
        lrms: shape (4, rows, K), filled in place, as by `stereo_power`.
        spectrum: shape (frames / spectrum_step, SIZE), filled in place: the transforms themselves.
    """
    work, other = np.empty((2, SIZE), np.float32), np.empty((2, SIZE), np.float32)
    scratch = np.empty((5, SIZE), np.float32)
    lrms[:] = 0.0
    for frame in range(total.shape[0]):
        start = first + frame * hop
        _first_eights(samples[0, start : start + SIZE], samples[1, start : start + SIZE], window, factors[0], work)
        _second_eights(work, factors[1], other)
        _sort_blocks(other[0], work[0])
        _sort_blocks(other[1], work[1])
        _third_eights(work, factors[2], other)
        _fours(other, work)
        add_frame_power(work[0], work[1], frame, scale, frame_step, scratch, total, lrms)
        if frame % spectrum_step == 0:
            kept = spectrum[frame // spectrum_step]
            for n in range(SIZE):
                kept[n] = complex(work[0, n], work[1, n])


@inlined
def _eight(
    a0: complex, a1: complex, a2: complex, a3: complex, a4: complex, a5: complex, a6: complex, a7: complex
) -> tuple[complex, complex, complex, complex, complex, complex, complex, complex]:
    """The transform of eight numbers."""
    b0, b1, b2, b3 = a0 + a4, a1 + a5, a2 + a6, a3 + a7
    b4, b5, b6, b7 = a0 - a4, a1 - a5, a2 - a6, a3 - a7
    b5 = complex(DIAGONAL * (b5.real + b5.imag), DIAGONAL * (b5.imag - b5.real))
    b6 = complex(b6.imag, -b6.real)
    b7 = complex(DIAGONAL * (b7.imag - b7.real), -DIAGONAL * (b7.real + b7.imag))
    c0, c1, c2, c3 = b0 + b2, b1 + b3, b0 - b2, b1 - b3
    d0, d1, d2, d3 = b4 + b6, b5 + b7, b4 - b6, b5 - b7
    c3, d3 = complex(c3.imag, -c3.real), complex(d3.imag, -d3.real)
    return c0 + c1, d0 + d1, c2 + c3, d2 + d3, c0 - c1, d0 - d1, c2 - c3, d2 - d3


@inlined
def _first_eights(
    left: NDArray[np.float32],
    right: NDArray[np.float32],
    window: NDArray[np.float32],
    factors: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    """Window the samples and take them by eights; result k of butterfly p goes to 8p + k."""
    w, tr, ti, re, im = window, factors[0], factors[1], out[0], out[1]
    for p in range(EIGHTH):
        a0 = complex(left[p] * w[p], right[p] * w[p])
        a1 = complex(left[p + 1 * EIGHTH] * w[p + 1 * EIGHTH], right[p + 1 * EIGHTH] * w[p + 1 * EIGHTH])
        a2 = complex(left[p + 2 * EIGHTH] * w[p + 2 * EIGHTH], right[p + 2 * EIGHTH] * w[p + 2 * EIGHTH])
        a3 = complex(left[p + 3 * EIGHTH] * w[p + 3 * EIGHTH], right[p + 3 * EIGHTH] * w[p + 3 * EIGHTH])
        a4 = complex(left[p + 4 * EIGHTH] * w[p + 4 * EIGHTH], right[p + 4 * EIGHTH] * w[p + 4 * EIGHTH])
        a5 = complex(left[p + 5 * EIGHTH] * w[p + 5 * EIGHTH], right[p + 5 * EIGHTH] * w[p + 5 * EIGHTH])
        a6 = complex(left[p + 6 * EIGHTH] * w[p + 6 * EIGHTH], right[p + 6 * EIGHTH] * w[p + 6 * EIGHTH])
        a7 = complex(left[p + 7 * EIGHTH] * w[p + 7 * EIGHTH], right[p + 7 * EIGHTH] * w[p + 7 * EIGHTH])
        y0, y1, y2, y3, y4, y5, y6, y7 = _eight(a0, a1, a2, a3, a4, a5, a6, a7)
        re[8 * p], im[8 * p] = y0.real, y0.imag
        y1 *= complex(tr[p + EIGHTH], ti[p + EIGHTH])
        re[8 * p + 1], im[8 * p + 1] = y1.real, y1.imag
        y2 *= complex(tr[p + 2 * EIGHTH], ti[p + 2 * EIGHTH])
        re[8 * p + 2], im[8 * p + 2] = y2.real, y2.imag
        y3 *= complex(tr[p + 3 * EIGHTH], ti[p + 3 * EIGHTH])
        re[8 * p + 3], im[8 * p + 3] = y3.real, y3.imag
        y4 *= complex(tr[p + 4 * EIGHTH], ti[p + 4 * EIGHTH])
        re[8 * p + 4], im[8 * p + 4] = y4.real, y4.imag
        y5 *= complex(tr[p + 5 * EIGHTH], ti[p + 5 * EIGHTH])
        re[8 * p + 5], im[8 * p + 5] = y5.real, y5.imag
        y6 *= complex(tr[p + 6 * EIGHTH], ti[p + 6 * EIGHTH])
        re[8 * p + 6], im[8 * p + 6] = y6.real, y6.imag
        y7 *= complex(tr[p + 7 * EIGHTH], ti[p + 7 * EIGHTH])
        re[8 * p + 7], im[8 * p + 7] = y7.real, y7.imag


@inlined
def _second_eights(x: NDArray[np.float32], factors: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    """Take by eights what lies `EIGHTH` apart; result k of the place p goes to the k-th eighth, at p."""
    xr, xi, tr, ti, re, im = x[0], x[1], factors[0], factors[1], out[0], out[1]
    for p in range(EIGHTH):
        a0 = complex(xr[p], xi[p])
        a1 = complex(xr[p + 1 * EIGHTH], xi[p + 1 * EIGHTH])
        a2 = complex(xr[p + 2 * EIGHTH], xi[p + 2 * EIGHTH])
        a3 = complex(xr[p + 3 * EIGHTH], xi[p + 3 * EIGHTH])
        a4 = complex(xr[p + 4 * EIGHTH], xi[p + 4 * EIGHTH])
        a5 = complex(xr[p + 5 * EIGHTH], xi[p + 5 * EIGHTH])
        a6 = complex(xr[p + 6 * EIGHTH], xi[p + 6 * EIGHTH])
        a7 = complex(xr[p + 7 * EIGHTH], xi[p + 7 * EIGHTH])
        y0, y1, y2, y3, y4, y5, y6, y7 = _eight(a0, a1, a2, a3, a4, a5, a6, a7)
        re[p], im[p] = y0.real, y0.imag
        y1 *= complex(tr[p + EIGHTH], ti[p + EIGHTH])
        re[p + EIGHTH], im[p + EIGHTH] = y1.real, y1.imag
        y2 *= complex(tr[p + 2 * EIGHTH], ti[p + 2 * EIGHTH])
        re[p + 2 * EIGHTH], im[p + 2 * EIGHTH] = y2.real, y2.imag
        y3 *= complex(tr[p + 3 * EIGHTH], ti[p + 3 * EIGHTH])
        re[p + 3 * EIGHTH], im[p + 3 * EIGHTH] = y3.real, y3.imag
        y4 *= complex(tr[p + 4 * EIGHTH], ti[p + 4 * EIGHTH])
        re[p + 4 * EIGHTH], im[p + 4 * EIGHTH] = y4.real, y4.imag
        y5 *= complex(tr[p + 5 * EIGHTH], ti[p + 5 * EIGHTH])
        re[p + 5 * EIGHTH], im[p + 5 * EIGHTH] = y5.real, y5.imag
        y6 *= complex(tr[p + 6 * EIGHTH], ti[p + 6 * EIGHTH])
        re[p + 6 * EIGHTH], im[p + 6 * EIGHTH] = y6.real, y6.imag
        y7 *= complex(tr[p + 7 * EIGHTH], ti[p + 7 * EIGHTH])
        re[p + 7 * EIGHTH], im[p + 7 * EIGHTH] = y7.real, y7.imag


@inlined
def _sort_blocks(x: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    """Blocks of eight from [eighth][place] to [place][eighth]: the order that the second pass should have left."""
    for k in range(8):
        for p in range(BLOCKS):
            a = x[k * EIGHTH + 8 * p : k * EIGHTH + 8 * p + 8]
            b = out[64 * p + 8 * k : 64 * p + 8 * k + 8]
            # read first and written then: that becomes one load and one store
            a0, a1, a2, a3, a4, a5, a6, a7 = a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]
            b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7] = a0, a1, a2, a3, a4, a5, a6, a7


@inlined
def _third_eights(x: NDArray[np.float32], factors: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    """Take by eights once more, in rows of 64; result k of row p goes to row 8p + k."""
    for p in range(4):
        xr, xi = x[0, 64 * p : 64 * p + 7 * EIGHTH + 64], x[1, 64 * p : 64 * p + 7 * EIGHTH + 64]
        re, im = out[0, QUARTER * p : QUARTER * (p + 1)], out[1, QUARTER * p : QUARTER * (p + 1)]
        w1 = complex(factors[0, p + 4 * 1], factors[1, p + 4 * 1])
        w2 = complex(factors[0, p + 4 * 2], factors[1, p + 4 * 2])
        w3 = complex(factors[0, p + 4 * 3], factors[1, p + 4 * 3])
        w4 = complex(factors[0, p + 4 * 4], factors[1, p + 4 * 4])
        w5 = complex(factors[0, p + 4 * 5], factors[1, p + 4 * 5])
        w6 = complex(factors[0, p + 4 * 6], factors[1, p + 4 * 6])
        w7 = complex(factors[0, p + 4 * 7], factors[1, p + 4 * 7])
        for q in range(64):
            a0 = complex(xr[q], xi[q])
            a1 = complex(xr[q + 1 * EIGHTH], xi[q + 1 * EIGHTH])
            a2 = complex(xr[q + 2 * EIGHTH], xi[q + 2 * EIGHTH])
            a3 = complex(xr[q + 3 * EIGHTH], xi[q + 3 * EIGHTH])
            a4 = complex(xr[q + 4 * EIGHTH], xi[q + 4 * EIGHTH])
            a5 = complex(xr[q + 5 * EIGHTH], xi[q + 5 * EIGHTH])
            a6 = complex(xr[q + 6 * EIGHTH], xi[q + 6 * EIGHTH])
            a7 = complex(xr[q + 7 * EIGHTH], xi[q + 7 * EIGHTH])
            y0, y1, y2, y3, y4, y5, y6, y7 = _eight(a0, a1, a2, a3, a4, a5, a6, a7)
            re[q], im[q] = y0.real, y0.imag
            y1 *= w1
            re[q + 64], im[q + 64] = y1.real, y1.imag
            y2 *= w2
            re[q + 2 * 64], im[q + 2 * 64] = y2.real, y2.imag
            y3 *= w3
            re[q + 3 * 64], im[q + 3 * 64] = y3.real, y3.imag
            y4 *= w4
            re[q + 4 * 64], im[q + 4 * 64] = y4.real, y4.imag
            y5 *= w5
            re[q + 5 * 64], im[q + 5 * 64] = y5.real, y5.imag
            y6 *= w6
            re[q + 6 * 64], im[q + 6 * 64] = y6.real, y6.imag
            y7 *= w7
            re[q + 7 * 64], im[q + 7 * 64] = y7.real, y7.imag


@inlined
def _fours(x: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    """The last pass: four quarters, sorted when done."""
    xr, xi, re, im = x[0], x[1], out[0], out[1]
    for q in range(QUARTER):
        a0, a1 = complex(xr[q], xi[q]), complex(xr[q + QUARTER], xi[q + QUARTER])
        a2, a3 = complex(xr[q + 2 * QUARTER], xi[q + 2 * QUARTER]), complex(xr[q + 3 * QUARTER], xi[q + 3 * QUARTER])
        b0, b1, b2, b3 = a0 + a2, a1 + a3, a0 - a2, a1 - a3
        b3 = complex(b3.imag, -b3.real)
        y0, y1, y2, y3 = b0 + b1, b2 + b3, b0 - b1, b2 - b3
        re[q], im[q] = y0.real, y0.imag
        re[q + QUARTER], im[q + QUARTER] = y1.real, y1.imag
        re[q + 2 * QUARTER], im[q + 2 * QUARTER] = y2.real, y2.imag
        re[q + 3 * QUARTER], im[q + 3 * QUARTER] = y3.real, y3.imag
