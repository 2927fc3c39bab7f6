"""The outside world as the use cases reach it: one container of ports, installed once by create_app."""

from __future__ import annotations

from dataclasses import dataclass

from console.ports import (
    Clock,
    DocxRenderer,
    Entropy,
    PdfRenderer,
    PictureCaptcha,
    SliderCaptcha,
    Sms,
    Storage,
    Uploads,
)


@dataclass(frozen=True, slots=True)
class Outside:
    """Every port, and the two settings documents and messages print."""

    clock: Clock
    entropy: Entropy
    sms: Sms
    storage: Storage
    uploads: Uploads
    pdf: PdfRenderer
    docx: DocxRenderer
    slider: SliderCaptcha
    picture: PictureCaptcha
    base_url: str
    demo: bool = False


class _Holder:
    ports: Outside | None = None


def install(ports: Outside) -> None:
    """Install the ports of this process."""
    _Holder.ports = ports


def outside() -> Outside:
    """The ports of this process; RuntimeError when none were installed."""
    if _Holder.ports is None:
        raise RuntimeError("no ports installed: call console.services.outside.install() first")
    return _Holder.ports
