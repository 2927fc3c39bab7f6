"""Chance from the operating system (``os.urandom``), safe to use from any thread or forked process."""

from __future__ import annotations

import os
import secrets


class SystemEntropy:
    """Implements ``ports.Entropy``."""

    def token(self, length: int) -> bytes:
        """``length`` random bytes."""
        return os.urandom(length)

    def below(self, limit: int) -> int:
        """A whole number from 0 up to but not including ``limit``, without the bias of a remainder."""
        return secrets.randbelow(limit)

    def text(self, alphabet: str, length: int) -> str:
        """``length`` characters of ``alphabet``, each drawn by itself."""
        return "".join(alphabet[self.below(len(alphabet))] for _ in range(length))
