"""Analysis → Findings: what is wrong, where, how much, and what to turn. Rules are data; the code walks them."""

from core.diagnosis.cohesion import cohesion
from core.diagnosis.diagnose import diagnose
from core.diagnosis.reference import compare_reference, compare_references
from core.diagnosis.versions import compare_versions

__all__ = ["cohesion", "compare_reference", "compare_references", "compare_versions", "diagnose"]
