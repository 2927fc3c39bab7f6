from structlog.testing import capture_logs

from console.adapters.sms_log import LogSms
from console.ports import Sms


def test_neither_number_nor_text_reaches_the_log():
    sms: Sms = LogSms()
    with capture_logs() as lines:
        sms.send("+8619900001234", "您的验证码为482915，5分钟内有效，请勿告知他人。", idempotency_key="k-1")
    (line,) = lines
    assert line["event"] == "sms_logged"
    assert line["phone"] == "***34"
    assert line["characters"] == 27
    assert "19900001234" not in str(line)
    assert "482915" not in str(line)
    assert "验证码" not in str(line)


def test_the_receipt_is_the_same_for_the_same_key():
    first = LogSms().send("+8619900001234", "甲", idempotency_key="k-1")
    again = LogSms().send("+8619900001234", "甲", idempotency_key="k-1")
    other = LogSms().send("+8619900001234", "甲", idempotency_key="k-2")
    assert first == again != other
