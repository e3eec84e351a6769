"""The `earshot` command. Exit 0 done, 2 wrong use, 3 the input cannot be analysed, 4 a dependency failed."""

import asyncio
import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn

import dotenv
import typer

from bot.log import configure_logging
from bot.settings import Settings
from core.knowledge.genres import genre_table
from core.targets.named import TARGET_TRACKS_MIN, target_name
from core.text.error_sentences import say
from core.text.language import ENGLISH, LANGUAGES
from core.values.errors import DependencyError, EarshotError, InputError, UsageCode, UsageError
from core.values.request import FOCUS_MAX_CHARACTERS, Detail, ReviewRequest, ReviewType

ENV_FILE = ".env"

EXIT_USAGE = 2
EXIT_INPUT = 3
EXIT_DEPENDENCY = 4

app = typer.Typer(
    name="earshot",
    help="Measures a track and tells what to fix first, where, by how much, and why.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

# Paths are `readable=False`: the parser would refuse one that cannot be read with a usage message and exit 2; the
# commands check it themselves and say why in a sentence (exit 3).

TypeOption = Annotated[ReviewType, typer.Option("--type", help="How the track is judged.")]
GenreOption = Annotated[str, typer.Option(help="Genre or subgenre, as you would say it: house, drill, dnb …")]


LANGUAGE_CODES = " or ".join(f"{code} ({name})" for code, name in LANGUAGES.items())


@app.command()
def run() -> None:
    """Start the bot (needs DISCORD_TOKEN)."""
    from bot.process import run_bot

    settings = _settings()
    configure_logging(settings.log_level, settings.secrets, model_log=settings.model_log)
    _finish(run_bot(settings))


@app.command()
def analyse(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Audio files.", readable=False)],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per file, one a line.")] = False,
) -> None:
    """Measure only."""
    from bot.cli import commands

    settings = _settings()
    configure_logging("WARNING", ())
    if not _finish(commands.analyse_files(settings, files, as_json=as_json)):
        raise typer.Exit(EXIT_INPUT)


@app.command()
def feedback(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The track.", readable=False)],
    kind: TypeOption,
    genre: GenreOption,
    reference: Annotated[
        list[Path] | None,
        typer.Option(help="A track to be compared with; give it again for a range over several.", readable=False),
    ] = None,
    previous: Annotated[Path | None, typer.Option(help="The version before this one.", readable=False)] = None,
    target: Annotated[
        Path | None, typer.Option(help="A target made by `earshot target`, to be held against.", readable=False)
    ] = None,
    subgenre: Annotated[str | None, typer.Option(help="Narrows the genre.")] = None,
    detail: Annotated[Detail, typer.Option(help="How the review is written.")] = Detail.DETAILED,
    focus: Annotated[str | None, typer.Option(help="What you want ears on, or what must stay.")] = None,
    language: Annotated[str, typer.Option(help=f"Language of the review: {LANGUAGE_CODES}.")] = ENGLISH,
    no_ideas: Annotated[
        bool, typer.Option("--no-ideas", help="Show no ideas of a language model, which nothing measured backs.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Everything as one JSON object.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for report.pdf, charts and review.json.", readable=False)
    ] = None,
) -> None:
    """The whole job without Discord."""
    from bot.cli import commands

    settings = _settings()
    configure_logging("WARNING", settings.secrets, model_log=settings.model_log)
    if focus is not None and len(focus) > FOCUS_MAX_CHARACTERS:
        raise typer.BadParameter(f"at most {FOCUS_MAX_CHARACTERS} characters", param_hint="--focus")
    if language not in LANGUAGES:
        raise typer.BadParameter(f"I write {LANGUAGE_CODES}", param_hint="--language")
    try:
        found = genre_table().find(genre)
        chosen = genre_table().find_subgenre(found.genre, subgenre) if subgenre else found.subgenre
    except EarshotError as error:
        _exit(error)
    request = ReviewRequest(kind, found.genre.id, chosen.id if chosen else None, detail, focus, language)
    files = commands.FeedbackFiles(file, tuple(reference or ()), previous, target)
    _finish(commands.give_feedback(settings, files, request, as_json=as_json, out=out, ideas=not no_ideas))


@app.command()
def compare(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE FILE...", help="The tracks of an EP, in their order.", readable=False),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Everything as one JSON object.")] = False,
) -> None:
    """How well several tracks hold together: loudness, tone, width, dynamics, order."""
    from bot.cli import commands
    from core.diagnosis.comparing.record import RECORD_TRACKS_MIN

    if len(files) < RECORD_TRACKS_MIN:
        raise typer.BadParameter(f"{RECORD_TRACKS_MIN} files at least", param_hint="FILE")
    settings = _settings()
    configure_logging("WARNING", ())
    _finish(commands.compare_files(settings, files, as_json=as_json))


@app.command()
def target(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE FILE...", help="Five finished tracks at least.", readable=False)
    ],
    name: Annotated[str, typer.Option(help="What it is called where a track is held against it.")],
    out: Annotated[
        Path, typer.Option(help="The file to write: percentiles only, nothing of any one track.", readable=False)
    ],
    genre: Annotated[str | None, typer.Option(help="The genre it is for, as you would say it.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The target as one JSON object.")] = False,
) -> None:
    """Make a target of several tracks: what is usual among them, to hold other tracks against."""
    from bot.cli.target import TargetOrder, make_target_file

    settings = _settings()
    configure_logging("WARNING", ())
    if len(files) < TARGET_TRACKS_MIN:
        raise typer.BadParameter(f"{TARGET_TRACKS_MIN} files at least", param_hint="FILE")
    try:
        order = TargetOrder(
            files=tuple(files),
            name=target_name(name),
            genre_id=genre_table().find(genre).genre.id if genre else None,
            out=out,
        )
    except EarshotError as error:
        _exit(error)
    if not _finish(make_target_file(settings, order, as_json=as_json)):
        raise typer.Exit(EXIT_INPUT)


@app.command()
def explain(
    topic: Annotated[list[str], typer.Argument(metavar="TOPIC...", help="A metric, a rule, a setting: PSR, mud …")],
) -> None:
    """What something means and how Earshot measures it, with the source."""
    from bot.cli.explain import print_explanation

    settings = _settings()
    configure_logging("ERROR", settings.secrets, model_log=settings.model_log)
    _finish(print_explanation(settings, " ".join(topic)))


@app.command("compile")
def compile_ahead() -> None:
    """Compile the analysis for this machine, so that the first start need not (`make setup` does it)."""
    from bot.compiling import compile_kernels

    configure_logging("ERROR", ())
    duration_s = _finish(compile_kernels())
    print(f"The analysis is compiled for this machine ({duration_s:.0f} s).")


@app.command()
def doctor() -> None:
    """Check settings, token, intents, database, model and worker processes; say what to do."""
    from bot.doctor import examine

    settings = _settings()
    configure_logging("ERROR", settings.secrets, model_log=settings.model_log)
    if not _finish(examine(settings)):
        raise typer.Exit(EXIT_DEPENDENCY)


def _settings() -> Settings:
    """Read the environment and `.env`; a variable in the environment takes precedence."""
    try:
        return Settings.read({**_env_file(), **os.environ})
    except EarshotError as error:
        _exit(error)


def _env_file() -> dict[str, str]:
    """The variables in `.env`; empty where there is no such file. Some editors begin it with a byte order mark.

    Raises:
        UsageError: ENV_FILE_UNREADABLE.
    """
    try:
        values = dotenv.dotenv_values(ENV_FILE, encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(UsageCode.ENV_FILE_UNREADABLE, file=ENV_FILE, cause="it is not UTF-8") from error
    except OSError as error:
        cause = (error.strerror or type(error).__name__).lower()
        raise UsageError(UsageCode.ENV_FILE_UNREADABLE, file=ENV_FILE, cause=cause) from error
    return {name: value for name, value in values.items() if value is not None}


def _finish(work: Coroutine[Any, Any, Any]) -> Any:
    try:
        return asyncio.run(work)
    except EarshotError as error:
        _exit(error)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _exit(error: EarshotError) -> NoReturn:
    file = error.facts.get("file") if isinstance(error, InputError) else None
    print(f"{file}: {say(error)}" if file else say(error), file=sys.stderr)
    if isinstance(error, InputError):
        raise typer.Exit(EXIT_INPUT) from error
    if isinstance(error, DependencyError):
        raise typer.Exit(EXIT_DEPENDENCY) from error
    raise typer.Exit(EXIT_USAGE) from error


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
