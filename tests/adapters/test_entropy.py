from collections import Counter

import pytest

from console.adapters.entropy import SystemEntropy
from console.ports import Entropy, new_storage_key


@pytest.fixture
def entropy() -> Entropy:
    return SystemEntropy()


def test_a_token_has_the_length_asked_for_and_is_never_the_same(entropy):
    tokens = {entropy.token(16) for _ in range(1000)}
    assert len(tokens) == 1000
    assert {len(token) for token in tokens} == {16}


def test_numbers_below_a_limit_reach_every_value_and_never_the_limit(entropy):
    assert {entropy.below(7) for _ in range(700)} == set(range(7))


def test_numbers_below_a_limit_are_equally_likely(entropy):
    counts = Counter(entropy.below(10) for _ in range(20_000))
    chi_square = sum((counts[n] - 2000) ** 2 / 2000 for n in range(10))
    assert chi_square < 40  # nine degrees of freedom: a fair source exceeds this less than once in 100,000 runs


def test_a_text_is_made_of_the_alphabet_and_may_repeat_characters(entropy):
    assert set(entropy.text("0123456789", 2000)) == set("0123456789")
    assert entropy.text("A", 3) == "AAA"


def test_storage_keys_have_two_levels_and_do_not_repeat(entropy):
    keys = {new_storage_key(entropy) for _ in range(1000)}
    assert len(keys) == 1000
    for key in keys:
        folder, name = key.split("/")
        assert len(folder) == 2
        assert len(name) == 32
        assert name.startswith(folder)
