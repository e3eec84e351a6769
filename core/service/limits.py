"""What one person, one guild and one process may use."""

from dataclasses import dataclass

from core.values.units import MIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Safe defaults; `bot.settings` reads each from the environment.

    Attributes:
        max_upload_bytes: largest accepted file.
        max_duration_s: longest accepted track.
        user_queued_max: feedback jobs one member may have waiting or running.
        user_questions_max: questions one member may have waiting.
        queue_max: jobs waiting in all before new ones are refused politely.
        model_calls_per_guild_day: requests to the language model per guild and day; 0 switches it off.
        model_calls_per_user_day: of these, by one person.
        model_tokens_per_guild_day: tokens per guild and day, sent and received.
        audio_retention_h: uploads are deleted after this many hours.
        left_guild_grace_h: data of a guild that removed the bot is deleted after this many hours.
        job_retention_h: finished jobs are forgotten after this many hours.
        analysis_wall_s: wall-clock limit of one analysis in its child process.
        report_wall_s: wall-clock limit of rendering one PDF.
        concurrency: jobs that run at the same time in this process.
    """

    max_upload_bytes: int = 100 * MIB
    max_duration_s: float = 15 * 60.0
    user_queued_max: int = 5
    user_questions_max: int = 5
    queue_max: int = 200
    model_calls_per_guild_day: int = 200
    model_calls_per_user_day: int = 100
    model_tokens_per_guild_day: int = 2_000_000
    audio_retention_h: float = 24.0
    left_guild_grace_h: float = 72.0
    job_retention_h: float = 72.0
    analysis_wall_s: float = 120.0
    report_wall_s: float = 60.0
    concurrency: int = 2
