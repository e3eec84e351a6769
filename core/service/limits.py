"""Limits of one person, one guild and one process."""

from dataclasses import dataclass

from core.values.units import MIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Safe defaults; `bot.settings` reads most of them from the environment.

    Attributes:
        max_upload_bytes: size in bytes of the largest accepted file.
        max_duration_s: length in seconds of the longest accepted track.
        user_queued_max: jobs with uploads (feedback and targets) that one member may have waiting or running.
        user_questions_max: questions that one member may have waiting or running; also the limit for summaries.
        queue_max: waiting jobs of everybody at which new jobs with uploads are refused.
        model_calls_per_guild_day: requests to the language model per guild and day (UTC); 0 switches the model off.
        model_calls_per_user_day: requests of one person in a guild per day.
        model_tokens_per_guild_day: tokens sent and received, per guild and day.
        audio_retention_h: hours after which uploads are deleted.
        left_guild_grace_h: hours after which the data of a guild that removed the bot is deleted.
        job_retention_h: hours after which finished jobs are deleted.
        analysis_wall_s: wall-clock limit in seconds of one analysis in its child process.
        report_wall_s: wall-clock limit in seconds of rendering one PDF.
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
