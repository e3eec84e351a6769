"""The stream of blocks is the same, however the file is cut into packets and reads."""

import io

import numpy as np
import pytest

from core.audio.decode import BLOCK_SAMPLES, open_audio
from core.audio.source import DecodeLimits
from tests.integration.decoding.decoded import decoded
from tests.support.audio import encoding as enc

LENGTH = 2 * BLOCK_SAMPLES + 12_345


class ShortReads(io.BytesIO):
    """A file that gives less than it is asked for."""

    def __init__(self, data: bytes, most: int) -> None:
        super().__init__(data)
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        whole = size is None or size < 0
        return super().read(self._most if whole else min(size or 0, self._most))


def test_all_blocks_but_the_last_are_full_and_contiguous() -> None:
    codes = enc.random_codes(16, 2, LENGTH)
    data = enc.wav(enc.pcm_bytes(codes, 16), 48_000, 2, 16)

    with open_audio(io.BytesIO(data), DecodeLimits()) as stream:
        blocks = list(stream.blocks())

    assert [block.shape for block in blocks] == [(2, BLOCK_SAMPLES), (2, BLOCK_SAMPLES), (2, 12_345)]
    assert all(block.flags.c_contiguous and block.dtype == np.float32 for block in blocks)


def test_a_song_that_ends_with_a_block_has_no_empty_one_behind_it() -> None:
    codes = enc.random_codes(16, 1, 2 * BLOCK_SAMPLES)

    assert decoded(enc.wav(enc.pcm_bytes(codes, 16), 48_000, 1, 16)).block_lengths == (BLOCK_SAMPLES, BLOCK_SAMPLES)


@pytest.mark.parametrize("frame_size", [256, 1_152, 32_768])
def test_the_size_of_the_files_frames_does_not_show(frame_size: int) -> None:
    codes = enc.random_codes(16, 2, LENGTH)
    data = enc.encoded(codes.astype(np.int16), 48_000, "flac", "flac", options={"frame_size": str(frame_size)})

    found = decoded(data)

    assert found.block_lengths == (BLOCK_SAMPLES, BLOCK_SAMPLES, 12_345)
    np.testing.assert_array_equal(found.samples, (codes / 2.0**15).astype(np.float32))


@pytest.mark.parametrize("most", [4_093, 32_767])
def test_short_reads_do_not_show(most: int) -> None:
    samples = enc.tones(0.5, 44_100).astype(np.float32)
    data = enc.id3v2() + enc.encoded(samples, 44_100, "libmp3lame", "mp3", bit_rate=128_000)
    whole = decoded(data)

    with open_audio(ShortReads(data, most), DecodeLimits(min_duration_s=0.0)) as stream:
        blocks = list(stream.blocks())

    np.testing.assert_array_equal(np.concatenate(blocks, axis=1), whole.samples)


def test_the_length_is_known_only_at_the_end() -> None:
    data = enc.wav(enc.pcm_bytes(enc.random_codes(16, 2, LENGTH), 16), 48_000, 2, 16)

    with open_audio(io.BytesIO(data), DecodeLimits()) as stream:
        blocks = stream.blocks()
        next(blocks)
        with pytest.raises(RuntimeError):
            stream.info()
        list(blocks)
        assert stream.info().duration_s == LENGTH / 48_000


def test_the_file_stays_open_for_its_owner() -> None:
    file = io.BytesIO(enc.wav(enc.pcm_bytes(enc.random_codes(16, 2, 48_000 * 4), 16), 48_000, 2, 16))

    with open_audio(file, DecodeLimits()) as stream:
        list(stream.blocks())

    assert not file.closed
