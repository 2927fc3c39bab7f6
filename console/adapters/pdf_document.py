"""One HTML document to PDF inside a rendering process: policy, painters, and what counts as a failure."""

from __future__ import annotations

import io
import logging
from typing import Any

from reportlab.lib.units import mm
from xhtml2pdf import pisa
from xhtml2pdf.config.resources import RenderLimitError, ResourceAccessPolicy

from console.adapters import pdf_frame
from console.adapters.pdf_patches import Painter, created, painting

# Nothing is fetched: no network, no file. Fonts are registered in the process, pictures would be data: addresses.
POLICY = ResourceAccessPolicy.server(None, allow_remote=False, max_render_seconds=20)
QR_BOX = (40 * mm, 36 * mm, 22 * mm)  # x, y, side


class _Complaints(logging.Handler):
    """Whatever the libraries warn of: text left out, a missing glyph, a refused resource. None of it may be issued."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message."""
        self.found.append(record.getMessage())


def render(job: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Header and PDF for a job (html, css, title, author, created, frame, qr_url); ``error`` in the header: no PDF."""
    pages: list[int] = []
    complaints = _Complaints()

    def count(canvas: Any, _size: tuple[float, float]) -> None:
        pages.append(canvas.getPageNumber())

    logging.getLogger().addHandler(complaints)
    try:
        with created(job["created"]), painting(count, *_painters(job)):
            buffer = io.BytesIO()
            result = pisa.CreatePDF(
                job["html"],
                dest=buffer,
                encoding="utf-8",
                default_css=job["css"],
                resource_policy=POLICY,
                context_meta={"title": job["title"], "author": job["author"]},
            )
    except (RenderLimitError, MemoryError, RecursionError, ValueError, ArithmeticError, LookupError) as error:
        return {"error": type(error).__name__}, b""
    finally:
        logging.getLogger().removeHandler(complaints)
    if result.err or complaints.found:
        return {"error": "; ".join(complaints.found)[:500] or "unknown"}, b""
    return {"pages": len(pages)}, buffer.getvalue()


def _painters(job: dict[str, Any]) -> list[Painter]:
    """What this document has beneath its text."""
    painters: list[Painter] = []
    if job.get("frame") == "certificate":
        painters += [pdf_frame.certificate_border, pdf_frame.title_rule]
    if job.get("qr_url"):
        painters.append(pdf_frame.qr_code(job["qr_url"], *QR_BOX))
    return painters
