"""Which adapter serves which port, by the settings of the installation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from console.adapters import captcha_picture, captcha_slider, uploads
from console.adapters.clock import SystemClock
from console.adapters.docx_export import DocxExport
from console.adapters.entropy import SystemEntropy
from console.adapters.pdf_xhtml2pdf import XhtmlPdf
from console.adapters.sms_log import LogSms
from console.adapters.storage_local import LocalStorage


def adapters(config: Mapping[str, Any]) -> dict[str, Any]:
    """The adapters by the names of ``services.outside.Outside``."""
    return {
        "clock": SystemClock(),
        "entropy": SystemEntropy(),
        "sms": LogSms(),
        "storage": LocalStorage(Path(config["STORAGE_DIR"])),
        "pdf": XhtmlPdf(),
        "docx": DocxExport(),
        "uploads": uploads,
        "slider": captcha_slider,
        "picture": captcha_picture,
        "base_url": str(config["BASE_URL"]),
        "demo": bool(config["DEMO"]),
    }
