"""Personal data as it may be seen without a reason: phones, identity numbers, names (UI.md section 4)."""

from __future__ import annotations

# The compound surnames still borne by people; the readings that differ are in seeds/surnames.yaml.
_COMPOUND = """
欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶
太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 颛孙 壤驷 公良 漆雕
乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 西门 第五 南荣 褚师
纳兰 完颜 耶律
"""
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())


def mask_phone(number: str, country_code: str = "86") -> str:
    """``138****2716`` for a mainland number, ``66****12`` for eight digits; four stars whatever the length."""
    if len(number) == 11 and country_code == "86":
        return f"{number[:3]}****{number[-4:]}"
    shown = min(3, len(number) // 4)
    return f"{number[:shown]}****{number[len(number) - shown :]}"


def mask_id_number(number: str) -> str:
    """``5301**********2719``; a number that has not 18 signs is masked like any other document."""
    return f"{number[:4]}{'*' * 10}{number[-4:]}" if len(number) == 18 else mask_document_number(number)


def mask_document_number(number: str) -> str:
    """``H10****23`` for a permit or passport: three signs, four stars, two signs; short ones are hidden whole."""
    return f"{number[:3]}****{number[-2:]}" if len(number) >= 8 else "****"


def mask_name(name: str) -> str:
    """The name for strangers: surname and one star for each further character (``张**``, ``欧阳**``).

    A compound surname stays whole unless it is the whole name. Names with a dot or in Latin letters have no
    surname in front: they keep their first character and get two stars, as do names longer than four.
    """
    if not name:
        return ""
    if "·" in name or name[0] < "\u3400":
        return f"{name[0]}**"
    shown = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    hidden = len(name) - shown
    return f"{name[:shown]}{'*' * (hidden if 0 < hidden <= 3 else 2)}"
