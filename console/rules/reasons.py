"""Reasons people have to write down: long enough to say something, short enough to be read on a phone."""

from __future__ import annotations

from console.errors import Fault
from console.rules.clauses import clause

LEAST = 5
MOST = 500


@clause("云南手册", "3.7、3.9", "驳回须填写驳回理由，终止须输入终止原因")
def reason_faults(text: str | None, field: str, label: str, missing: str) -> list[Fault]:
    """A reason is given and has 5-500 characters; ``missing`` is the manual's sentence for an empty one."""
    words = (text or "").strip()
    if not words:
        return [Fault(f"{field}_missing", missing, field)]
    if len(words) < LEAST:
        return [Fault(f"{field}_short", f"{label}至少{LEAST}个字，请写明原因", field)]
    if len(words) > MOST:
        return [Fault(f"{field}_long", f"{label}不能超过{MOST}字", field)]
    return []
