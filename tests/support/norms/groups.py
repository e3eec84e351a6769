"""Groups of genres that are pooled."""

GROUPS: dict[str, tuple[str, str]] = {
    "dance": (
        "dance tracks",
        "house minimal_deep techno drum_and_bass dubstep_bass trance_edm future_bass synthwave",
    ),
    "pop": ("pop tracks", "pop"),
    "hip_hop": ("hip-hop and R&B tracks", "hiphop_trap hiphop_boombap rnb"),
    "rock": ("rock and metal tracks", "rock indie metal punk"),
    "groove": ("funk, reggae, Latin and Afro tracks", "reggae_dub afrobeats_amapiano latin_reggaeton funk_disco_soul"),
    "folk": ("folk, country and jazz tracks", "acoustic_folk jazz country"),
    "quiet": ("lo-fi and ambient tracks", "lofi ambient"),
    "orchestral": ("classical and cinematic tracks", "classical cinematic"),
}
"""Group → its name and genres: pooled, since few genres have enough tracks of their own for percentiles."""


def group_of(genre_id: str) -> str:
    """Id of the group of a genre."""
    return next(name for name, (_, genres) in GROUPS.items() if genre_id in genres.split())
