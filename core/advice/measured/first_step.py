"""The first step: one thing to do right now, in simple words, at every level of detail.

It is never the first point's suggestion again: the point says what to change, the step says where to put the hand.
"""

from collections.abc import Sequence

from core.diagnosis.finding_words import has_no_cure
from core.diagnosis.findings import Finding
from core.rules.rule import phrases
from core.text.numbers import clock
from core.values.request import ReviewType

_MIX = {
    "clip_samples": "Pull the master fader down until the clip light stays off{there}, bounce, and send me that.",
    "dual_mono": "Mute one side of the bounce, then the other, and find out where the second channel went.",
    "dc": "Solo your synths and distortions one by one and look for a waveform that does not sit on the centre line.",
    "lossy_source": "Make a list of every sample and stem that came as an MP3: those are the ones to replace.",
    "silence": "Drag the edges of the export range to the first and the last sound, then bounce again.",
    "true_peak": "Pull the master fader down a touch and bounce again; leave everything else as it is.",
    "over_limited": "Switch the limiter on the mix bus off and listen to the loudest part{there} once more.",
    "mono_fold": "Put a mono switch on the master and listen{there}: whatever drops out is the sound to narrow.",
    "low_stereo": "Put a mono switch on the bass track, turn it on and off, and keep the one with the firmer low end.",
    "lr_balance": "Mute tracks one by one{there} until the picture stops leaning: the last one is the culprit.",
    "mix_headroom": "Pull the master fader down a little and bounce again.",
    "mix_loudness": "Look at the master channel of your session, bypass the limiter there, and bounce again.",
    "low_end_buildup": "Mute the bass{there}, then the kick: the one you miss less is the one to turn down first.",
    "thin_low": "Push the bass up until it is clearly too much{there}, then come back halfway.",
    "mud": "Mute pads, guitars and reverbs one at a time{there}: when the fog lifts, you have found where to cut.",
    "harsh": "Turn it up for ten seconds{there} and note which sound you want to turn down first. Start with that one.",
    "dull": "Open a shelf on the hats or the lead{there} until it is too bright, then take half of it back.",
    "bright_excess": "Turn the hats and cymbals down until you miss them{there}, then come up a touch.",
    "loud_vs_genre": "Put a song you like next to it at the same loudness and listen to the drums of both.",
    "boxy": "Mute drums and guitars one at a time{there}: the one that takes the box away is the one to cut.",
    "rumble": "Switch a low-cut on for every track that is neither kick nor bass, and listen for what you miss.",
    "corr_neg": "Put a mono switch on the master{there} and mute wideners until nothing disappears any more.",
    "width_vs_genre": "Pick the one part that should be wide, and put everything else back to the middle for a minute.",
    "hum": "Mute tracks one by one in a quiet passage until the hum stops: that cable or amp is the one to fix.",
    "noise_floor": "Mute tracks one by one in a pause until the noise stops, and gate or trim that one.",
    "cut_tail": "Drag the end of the export range two bars further and bounce again.",
    "level_jump": "Zoom in on the edit{there} and put a short crossfade on it.",
    "fake_hires": "Look up the rate and bit depth your session really runs at, and export at that.",
    "sample_rate": "Open the export dialogue and set it to WAV at the rate of your session.",
    "codec_overshoot": "Pull the master fader down a touch and bounce again; the rest is for mastering.",
    "stream_gain": "Find the one hit that is far louder than the rest{there} and turn that one down.",
    "lra_change": "Bypass everything on the mix bus and listen to how much the quiet parts gain.",
    "dynamics_flat": "Turn the whole verse down a touch and listen to what the chorus does.",
    "transient_dull": "Bypass the compressors on the drums one by one and listen for the attack coming back.",
    "kick_bass": "Mute the bass for eight bars{there}: if the kick wakes up, let it duck the bass.",
    "sibilance": "Loop the sharpest line of the vocal{there} and set one de-esser by ear until it stops hurting.",
    "masking_vocal": "Turn everything but the vocal down until you follow every word, then bring it back slowly.",
    "resonance": "Sweep a narrow boost{there} until the ringing jumps out, then turn that boost into a small cut.",
    "tempo_sanity": "Tap along for a minute and check that the session's tempo is the one you tapped.",
    "key_sanity": "Check the tuning reference of your synths and your tuner before you record anything else.",
}
"""What to do inside an unfinished mix. {there} becomes " at 1:04", or nothing where it holds throughout."""

_MASTER = {
    "clip_samples": "Open the session of the master, bypass clipper and limiter, and see whether the mix clips{there}.",
    "dual_mono": "Open the mix you mastered from and check whether it has the same channel fault.",
    "dc": "Zoom in on a quiet moment: if the line sits off the centre there, switch on a low-cut below 15 Hz.",
    "lossy_source": "Look for the WAV of the mix: if you mastered from an MP3, that is the thing to replace.",
    "silence": "Zoom in on the head and the tail of the file and trim what is not music or reverb.",
    "true_peak": "Open your limiter and look for a switch called true peak or ISP: turn it on.",
    "over_limited": "Bypass the limiter at the same loudness{there} and listen to how much punch the drums win.",
    "mono_fold": "Press mono on your master channel{there} and listen to what goes missing.",
    "low_stereo": "Listen to the sides alone: whatever booms there has to move to the middle.",
    "lr_balance": "Play it on headphones{there}, swap left and right, and check whether the lean swaps with them.",
    "mix_headroom": "Put a gain plug-in first in the chain and turn it down before anything else.",
    "mix_loudness": "Ask for, or bounce, the mix with nothing on its master channel.",
    "low_end_buildup": "Play a release you trust right after the loudest part{there}, and compare only the low end.",
    "thin_low": "Play a release you trust right after the loudest part{there}, and compare only the low end.",
    "mud": "Play a release you trust next to yours{there}, at the same loudness, and listen to the warm middle only.",
    "harsh": "Turn it up{there}: if you reach for the volume, start with the upper middle.",
    "dull": "Play a release you trust next to yours{there}, at the same loudness, and listen to the cymbals only.",
    "bright_excess": "Listen quietly{there}: if the hats are all that is left, start with the top.",
    "loud_vs_genre": "Play it next to a release you like, both at the same loudness, before you change any level.",
    "boxy": "Play a release you trust next to yours{there}, at the same loudness, and listen to the snare only.",
    "rumble": "Switch a low-cut at the very bottom on and off: if nothing is missing, leave it on.",
    "corr_neg": "Press mono on your master channel{there} and listen to what goes missing.",
    "width_vs_genre": "Play it in mono and in stereo by turns, and ask yourself which parts really move.",
    "hum": "Listen to the quietest passage on headphones, and note whether the hum bothers you at all.",
    "noise_floor": "Listen to the pauses on headphones, and decide whether the noise belongs to the song.",
    "cut_tail": "Open the mix and check whether the end is cut there already.",
    "level_jump": "Listen to the spot on headphones{there}: if it is in the mix as well, fix it there.",
    "fake_hires": "Look up what your session really runs at, and export the master at that.",
    "sample_rate": "Open the export dialogue and set it to WAV at the rate of your session.",
    "codec_overshoot": "Lower the ceiling of your limiter a little and make the encoded file again.",
    "stream_gain": "Find the one hit that is far louder than the rest{there}, and let only that one be caught.",
    "lra_change": "Play the mix and the master at the same loudness and listen to the quiet parts.",
    "dynamics_flat": "Play the quietest and the loudest part one after the other, and ask for a little more "
    "between them.",
    "transient_dull": "Bypass the limiter at the same loudness and listen to the first hit of every bar.",
    "kick_bass": "Listen to the low end alone{there}: if you cannot tell kick from bass, go back to the mix.",
    "sibilance": "Listen quietly to the sharpest line{there}: what still jumps out needs a de-esser.",
    "masking_vocal": "Ask for the mix with the vocal up a touch, and compare both.",
    "resonance": "Sweep a narrow boost{there} until the ringing jumps out, then turn that boost into a small cut.",
    "tempo_sanity": "Tap along for a minute, and name the tempo you tapped when you hand the master over.",
    "key_sanity": "Nothing to turn in mastering: check the tuning before the next recording.",
}
"""What to do on the whole song."""


_MASTERING = {
    "clip_samples": "Ask for the mix again with its clipper off, before you set up anything else.",
    "true_peak": "Put a gain plug-in first in the chain and turn it down until nothing goes over.",
    "over_limited": "Ask for the mix without its limiter, before you set up anything else.",
    "cut_tail": "Ask for the mix with its whole ending, or check that the cut is meant.",
    "level_jump": "Listen to the spot on headphones{there}, and ask for a new bounce if it bothers you.",
    "codec_overshoot": "Put a gain plug-in first in the chain and turn it down a touch.",
    "stream_gain": "Find the one hit that is far louder than the rest{there}, and ask for it to be turned down.",
}
"""The same where the song is a mix on its way to mastering; `_MASTER` has the rest."""


def first_step(findings: Sequence[Finding], kind: ReviewType) -> str:
    """The step that the most important of the chosen findings asks for."""
    first = next((finding for finding in findings if not has_no_cure(finding)), None)
    if first is None:
        return str(phrases()["first_step_none"])
    table = _MIX if kind is ReviewType.MIXDOWN else _MASTER
    if kind is ReviewType.MASTERING:
        table = {**_MASTER, **_MASTERING}
    there = f" at {clock(first.spans[0].start_s)}" if first.spans else ""
    if first.code in table:
        return table[first.code].format(there=there)
    # a rule that is younger than this table
    return f"Listen to {phrases()['first'].get(first.code, 'it')}{there} before you change anything."


def step_codes() -> frozenset[str]:
    """Codes that have a step of their own."""
    return frozenset(_MIX) & frozenset(_MASTER)
