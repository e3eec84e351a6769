"""Which function reads the value of which rule. Levels, texts and remedies are data (`core.knowledge`)."""

from collections.abc import Callable

from core.rules import file, loudness, music, narrow_tone, peaks, stereo, tone, voice
from core.rules.reading import JudgedTrack, Reading

MEASURES: dict[str, Callable[[JudgedTrack], Reading | None]] = {
    "clip_samples": peaks.clip_samples,
    "dual_mono": stereo.dual_mono,
    "dc": file.dc,
    "lossy_source": file.lossy_source,
    "silence": file.silence,
    "true_peak": peaks.true_peak,
    "codec_overshoot": peaks.codec_overshoot,
    "over_limited": loudness.over_limited,
    "mono_fold": stereo.mono_fold,
    "low_stereo": stereo.low_stereo,
    "lr_balance": stereo.lr_balance,
    "mix_headroom": peaks.mix_headroom,
    "mix_loudness": loudness.mix_loudness,
    "low_end_buildup": tone.low_end_buildup,
    "thin_low": tone.thin_low,
    "mud": tone.mud,
    "harsh": tone.harsh,
    "dull": tone.dull,
    "bright_excess": tone.bright_excess,
    "boxy": narrow_tone.boxy,
    "rumble": narrow_tone.rumble,
    "resonance": narrow_tone.resonance,
    "loud_vs_genre": loudness.loud_vs_genre,
    "corr_neg": stereo.corr_neg,
    "width_vs_genre": stereo.width_vs_genre,
    "hum": file.hum,
    "noise_floor": file.noise_floor,
    "cut_tail": file.cut_tail,
    "level_jump": file.level_jump,
    "fake_hires": file.fake_hires,
    "sample_rate": file.sample_rate,
    "stream_gain": loudness.stream_gain,
    "lra_change": loudness.lra_change,
    "dynamics_flat": music.dynamics_flat,
    "transient_dull": music.transient_dull,
    "kick_bass": music.kick_bass,
    "tempo_sanity": music.tempo_sanity,
    "key_sanity": music.key_sanity,
    "sibilance": voice.sibilance,
    "masking_vocal": voice.masking_vocal,
}
"""A measure returns None where the analysis does not hold what it needs. It returns its reading also where nothing is
wrong, so that the next version can say what became of an earlier finding. Every rule of the data file has one here."""
