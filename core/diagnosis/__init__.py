"""Turns an analysis into findings: what is wrong, where, by how much, and what to change (`core.rules`)."""

from core.diagnosis.comparing.record import cohesion
from core.diagnosis.comparing.references import compare_reference, compare_references
from core.diagnosis.comparing.versions import compare_versions
from core.diagnosis.diagnose import diagnose

__all__ = ["cohesion", "compare_reference", "compare_references", "compare_versions", "diagnose"]
