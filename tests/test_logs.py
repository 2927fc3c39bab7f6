"""Logs: one JSON object per line, with the request's number, without personal data."""

import io
import json
import logging

import pytest
import structlog

from console import logs


@pytest.fixture
def lines():
    """Configure logging into a buffer; return what was written, as objects."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, {name: logging.getLogger(name).level for name in logs.QUIET}
    stream = io.StringIO()
    logs.configure("INFO", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], root.level = before[0], before[1]
    for name, level in before[2].items():
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_both_ways_of_logging_give_one_json_object_per_line_with_the_request_number(lines):
    number = logs.begin_request("", endpoint="home")
    structlog.get_logger("ours").info("certificate issued", certificate=7)
    logging.getLogger("theirs").warning("slow %s", "query")
    first, second = lines()
    assert first["event"] == "certificate issued"
    assert second["event"] == "slow query"
    for line in (first, second):
        assert line["request"] == number
        assert line["endpoint"] == "home"
        assert line["time"].endswith("Z")
    assert (first["logger"], second["level"]) == ("ours", "warning")


@pytest.mark.parametrize(
    "text", ["19900001234", "+86 19900001234", "8619900001234", "110101199003078515", "11010119900307851X"]
)
def test_phones_and_identity_numbers_are_masked_wherever_they_stand(lines, text):
    log = structlog.get_logger()
    log.info(f"sent to {text}。", where=[text, {"deep": text}], count=3)
    logging.getLogger("theirs").error("refused: %s", text)
    try:
        raise ValueError(text)
    except ValueError:
        log.exception("failed")
    written = json.dumps(lines(), ensure_ascii=False)
    assert text not in written
    assert text[-8:] not in written
    assert lines()[0]["count"] == 3


def test_values_under_telling_keys_are_hidden_whatever_they_look_like(lines):
    structlog.get_logger().info("login", password="Simple1!", name="张三", phone="6612 3456", account=12)
    (line,) = lines()
    assert (line["password"], line["name"], line["phone"], line["account"]) == ("***", "***", "***", 12)


def test_certificate_numbers_and_hashes_stay_readable(lines):
    structlog.get_logger().info("issued", number="YNS20261121001", sha256="a" * 31 + "19900001234" + "b" * 22)
    (line,) = lines()
    assert line["number"] == "YNS20261121001"


def test_the_number_of_the_proxy_is_taken_only_when_it_looks_like_one():
    assert logs.begin_request("0123456789abcdef") == "0123456789abcdef"
    made = logs.begin_request('"}\n{"forged": 1')
    assert len(made) == 16
    assert logs.begin_request("") != made
