"""Analysis → Findings: what is wrong, where, how much, and what to turn. Rules are data; the code walks them."""

from core.diagnosis.comparing.record import cohesion
from core.diagnosis.comparing.references import compare_reference, compare_references
from core.diagnosis.comparing.versions import compare_versions
from core.diagnosis.diagnose import diagnose

__all__ = ["cohesion", "compare_reference", "compare_references", "compare_versions", "diagnose"]
