"""A browser in words a person recognises in the list of his sessions: 「Windows · Edge」."""

from __future__ import annotations

# The first sign that occurs decides; Edge and WeChat call themselves Chrome and Safari too.
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("OpenHarmony", "鸿蒙"),
    ("Android", "安卓手机"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows 电脑"),
    ("Mac OS X", "Mac 电脑"),
    ("Linux", "Linux 电脑"),
)
_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ浏览器"),
    ("HuaweiBrowser", "华为浏览器"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def device_words(user_agent: str) -> str:
    """System and browser of a User-Agent header; 「其他设备」 when neither is known."""
    system = next((words for sign, words in _SYSTEMS if sign in user_agent), "")
    browser = next((words for sign, words in _BROWSERS if sign in user_agent), "")
    return " · ".join(word for word in (system, browser) if word) or "其他设备"
