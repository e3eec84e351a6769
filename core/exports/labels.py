"""Names for people that the report and the charts share, in the present language."""

from datetime import datetime

from core.rules.reading import Evidence, Severity
from core.text.language import name_in_language, worded


def severity_name(severity: Severity) -> str:
    """The name of a severity: "Warning"."""
    return worded(f"report.severities.{severity.value}")


def evidence_name(evidence: Evidence) -> str:
    """How well a figure is founded: "well sourced"."""
    return name_in_language("evidence", evidence.label)


def columns(*names: str) -> tuple[str, ...]:
    """Heads of the columns of a table, by their keys in `[sentences.report.columns]`."""
    return tuple(worded(f"report.columns.{name}") for name in names)


def date(at: datetime) -> str:
    """A date with its time and zone: "21 November 2026, 09:30 UTC"."""
    time = f"{at:%H:%M %Z}".strip()
    return worded("report.date", day=at.day, month=name_in_language("months", f"{at:%B}"), year=at.year, time=time)


def moment(at: datetime) -> str:
    """A date without its year, and the time: "21 Nov, 09:30"."""
    return worded("report.moment", day=at.day, month=name_in_language("months", f"{at:%b}"), time=f"{at:%H:%M}")
