"""Names for people that the report and the charts share."""

from types import MappingProxyType

from core.rules.reading import Severity

SEVERITY_NAMES = MappingProxyType({Severity.INFO: "Note", Severity.WARN: "Warning", Severity.SEVERE: "Severe"})
