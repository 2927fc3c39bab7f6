import re

import pytest
from flask import Flask
from flask_babel import Babel, force_locale, gettext

from console.commands import words
from console.views import context


@pytest.fixture(scope="module")
def catalogue():
    return words.merged()


def test_every_sentence_has_an_english_one(catalogue):
    assert words.untranslated(catalogue) == [], "run: console words"


def test_the_committed_catalogue_holds_todays_sentences_and_no_others(catalogue):
    committed = {message.id for message in words.read() if message.id}
    assert committed == {message.id for message in catalogue if message.id}, "run: console words"


def test_the_binary_catalogue_is_the_compiled_text():
    assert words.MO.read_bytes() == words.compiled(words.read())


def test_a_translation_has_the_same_placeholders(catalogue):
    pattern = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
    wrong = [
        message.id
        for message in catalogue
        if message.id
        and isinstance(message.id, str)
        and sorted(set(pattern.findall(message.id))) != sorted(set(pattern.findall(str(message.string))))
    ]
    assert wrong == []


def test_no_english_sentence_contains_chinese(catalogue):
    kept = re.compile(r"[一-鿿]")
    assert [message.id for message in catalogue if message.id and kept.search(str(message.string))] == []


@pytest.mark.parametrize(
    ("cookie", "word"),
    [("locale=en", "Log in"), ("locale=zh_Hans_CN", "登录"), ("locale=fr", "登录"), ("", "登录")],
)
def test_the_reader_sees_the_language_of_his_cookie(cookie, word):
    # Not create_app: this needs the catalogue of the package and the choice of language, no database.
    face = Flask("console")
    face.config["LANGUAGE"] = "zh_Hans_CN"
    Babel(face, locale_selector=context.locale)
    with face.test_request_context(headers={"Cookie": cookie}):
        assert gettext("登录") == word


def test_english_is_spoken_when_forced():
    face = Flask("console")
    Babel(face, locale_selector=lambda: "zh_Hans_CN")
    with face.test_request_context(), force_locale("en"):
        assert gettext("登录") == "Log in"
        assert gettext("搜索“%(word)s”", word="x") == "Search “x”"
    with face.test_request_context():
        assert gettext("登录") == "登录"
