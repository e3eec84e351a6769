"""Which function reads the value of which rule. Levels, texts and remedies are data (`core.knowledge`)."""

from collections.abc import Callable

from core.diagnosis import channels, dynamics, encoding, file_faults, levels, narrow_tone, tone, voice
from core.diagnosis.subject import Reading, Subject

MEASURES: dict[str, Callable[[Subject], Reading | None]] = {
    "clip_samples": levels.clip_samples,
    "dual_mono": channels.dual_mono,
    "dc": file_faults.dc,
    "lossy_source": file_faults.lossy_source,
    "silence": file_faults.silence,
    "true_peak": levels.true_peak,
    "codec_overshoot": encoding.codec_overshoot,
    "over_limited": levels.over_limited,
    "mono_fold": channels.mono_fold,
    "low_stereo": channels.low_stereo,
    "lr_balance": channels.lr_balance,
    "mix_headroom": levels.mix_headroom,
    "mix_loudness": levels.mix_loudness,
    "low_end_buildup": tone.low_end_buildup,
    "thin_low": tone.thin_low,
    "mud": tone.mud,
    "harsh": tone.harsh,
    "dull": tone.dull,
    "bright_excess": tone.bright_excess,
    "boxy": narrow_tone.boxy,
    "rumble": narrow_tone.rumble,
    "resonance": narrow_tone.resonance,
    "loud_vs_genre": levels.loud_vs_genre,
    "corr_neg": channels.corr_neg,
    "width_vs_genre": channels.width_vs_genre,
    "hum": file_faults.hum,
    "noise_floor": file_faults.noise_floor,
    "cut_tail": file_faults.cut_tail,
    "level_jump": file_faults.level_jump,
    "fake_hires": file_faults.fake_hires,
    "sample_rate": file_faults.sample_rate,
    "stream_gain": levels.stream_gain,
    "lra_change": levels.lra_change,
    "dynamics_flat": dynamics.dynamics_flat,
    "transient_dull": dynamics.transient_dull,
    "kick_bass": dynamics.kick_bass,
    "tempo_sanity": dynamics.tempo_sanity,
    "key_sanity": dynamics.key_sanity,
    "sibilance": voice.sibilance,
    "masking_vocal": voice.masking_vocal,
}
"""A measure returns None where the analysis does not hold what it needs. It returns its reading also where nothing is
wrong, so that the next version can say what became of an earlier finding. Every rule of the data file has one here."""
