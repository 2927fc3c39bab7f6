import pytest

from console.rules.devices import device_words
from console.rules.networks import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("203.0.113.250", "203.0.113.0/24"),
        ("203.0.114.7", "203.0.114.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("", "unknown"),
        ("x", "unknown"),
    ],
)
def test_an_address_is_counted_with_its_network(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit Chrome/142 Safari/537 Edg/142", "Windows 电脑 · Edge"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19) AppleWebKit MicroMessenger/8", "iPhone · 微信"),
        ("Mozilla/5.0 (Linux; Android 16; HarmonyOS) Chrome/120", "鸿蒙 · Chrome"),
        ("curl/8", "其他设备"),
        ("", "其他设备"),
    ],
)
def test_a_browser_is_named_in_words_its_owner_knows(agent, words):
    assert device_words(agent) == words
