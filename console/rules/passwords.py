"""Passwords: what is strong enough, and how one is made for somebody (MODEL.md section 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from console.errors import Fault

# Without 0 O 1 l I: a generated password is read from a telephone and typed once.
_LOWER = "abcdefghijkmnpqrstuvwxyz"
_UPPER = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "23456789"
_SYMBOLS = "@#%+=?"
_GENERATED_LENGTH = 12
_ENTROPY_BYTES = 32


@dataclass(frozen=True)
class PasswordProfile:
    """How strong a password must be; ``classes`` of the four kinds small, capital, digit, symbol."""

    shortest: int = 8
    longest: int = 20
    classes: int = 3

    @classmethod
    def of(cls, figures: Mapping[str, int]) -> PasswordProfile:
        """Build the profile from the parameters in force; what is missing keeps its default."""
        return cls(
            figures.get("password_min_length", cls.shortest),
            figures.get("password_max_length", cls.longest),
            figures.get("password_classes", cls.classes),
        )

    @property
    def words(self) -> str:
        """What is asked for, as the page says it before and after a mistake."""
        kinds = "零一二三四"[max(0, min(self.classes, 4))]
        return f"密码须为{self.shortest}-{self.longest}位，且包含字母、数字和符号中的至少{kinds}类"


MANUAL = PasswordProfile()


def password_faults(
    password: str | None,
    *,
    phone: str = "",
    previous_matches: bool = False,
    field: str = "password",
    profile: PasswordProfile = MANUAL,
) -> list[Fault]:
    """A password has 8-20 characters of three kinds, does not hold the phone number and is not one of the last three.

    ``previous_matches`` is what the hasher said about the current and the remembered passwords.
    """
    if not password:
        return [Fault("password_missing", "新密码不能为空", field)]
    fits = profile.shortest <= len(password) <= profile.longest
    if not fits or not password.isprintable() or _kinds(password) < profile.classes:
        return [Fault("password_weak", profile.words, field)]
    if phone and phone in password:
        return [Fault("password_holds_phone", "密码不能包含手机号", field)]
    if previous_matches:
        return [Fault("password_reused", "新密码不能与原密码相同", field)]
    return []


def confirm_faults(password: str | None, confirmation: str | None, field: str = "confirmation") -> list[Fault]:
    """The password typed a second time must be the same to the letter."""
    same = (password or "") == (confirmation or "")
    return [] if same else [Fault("password_differs", "两次输入的密码不一致", field)]


def generate_password(random_bytes: bytes) -> str:
    """Make a password of 12 characters with every kind in it out of at least 32 random bytes.

    The bytes are read as one large number, so the choice is even for all practical purposes (bias < 2^-180).
    Raises ValueError when fewer bytes are given: a short supply would make passwords guessable.
    """
    if len(random_bytes) < _ENTROPY_BYTES:
        raise ValueError(f"{_ENTROPY_BYTES} random bytes are needed, got {len(random_bytes)}")
    supply = int.from_bytes(random_bytes, "big")
    alphabets = [_LOWER, _UPPER, _DIGITS, _SYMBOLS]
    alphabets += [_LOWER + _UPPER + _DIGITS] * (_GENERATED_LENGTH - len(alphabets))
    signs = []
    for alphabet in alphabets:
        supply, choice = divmod(supply, len(alphabet))
        signs.append(alphabet[choice])
    for place in range(len(signs) - 1, 0, -1):
        supply, other = divmod(supply, place + 1)
        signs[place], signs[other] = signs[other], signs[place]
    return "".join(signs)


def _kinds(password: str) -> int:
    small = any("a" <= sign <= "z" for sign in password)
    capital = any("A" <= sign <= "Z" for sign in password)
    digit = any("0" <= sign <= "9" for sign in password)
    symbol = any(not (sign.isascii() and sign.isalnum()) for sign in password)
    return small + capital + digit + symbol
