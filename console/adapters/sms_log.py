"""The default gateway: nothing leaves the machine, the log says that a message would have.

Neither the number nor the text is written, because a text may carry a code or a password; in the demo world
消息记录 shows both from the outbox.
"""

from __future__ import annotations

import structlog

from console.ports import SmsResult

_log = structlog.get_logger("console.sms")


class LogSms:
    """Implements ``ports.Sms``."""

    def send(self, phone: str, text: str, *, idempotency_key: str) -> SmsResult:
        """Log the last two digits of ``phone`` and the length of ``text``; the key serves as receipt."""
        _log.info("sms_logged", phone=f"***{phone[-2:]}", characters=len(text), idempotency_key=idempotency_key)
        return SmsResult(receipt=f"log-{idempotency_key}")
