"""Encryption of personal data at rest: AES-256-GCM per column, blind index for exact search (SECURITY.md 3a).

Ciphertext layout: algorithm byte, key version byte, 12 bytes nonce, ciphertext with tag. The algorithm byte lets an SM4
provider be added without a migration. Every column has its own key, derived by HKDF from the ring, and its name is
authenticated too, so a value moved to another column does not decrypt.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

AES_GCM = 1
NONCE_BYTES = 12


@dataclass(frozen=True)
class KeyRing:
    """Master keys by version (newest encrypts), one key for blind indexes and one for verification codes."""

    masters: tuple[tuple[int, bytes], ...]
    blind: bytes
    verify: bytes

    @property
    def newest(self) -> int:
        """Version used for new values."""
        return max(version for version, _ in self.masters)

    def master(self, version: int) -> bytes:
        """The master key of a version; KeyError when the ring does not hold it."""
        return dict(self.masters)[version]


class _Holder:
    ring: KeyRing | None = None


def configure(ring: KeyRing) -> None:
    """Install the key ring of this process (done once by create_app)."""
    _Holder.ring = ring
    _cipher.cache_clear()


def ring() -> KeyRing:
    """The key ring of this process; RuntimeError when none was configured."""
    if _Holder.ring is None:
        raise RuntimeError("no key ring configured: call console.crypt.configure() first")
    return _Holder.ring


def load(path: Path) -> KeyRing:
    """Read the ring from its key file, creating the file (mode 0600) on the very first start."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = {"masters": {"1": os.urandom(32).hex()}, "blind": os.urandom(32).hex(), "verify": os.urandom(32).hex()}
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(fresh, file)
    data = json.loads(path.read_text(encoding="utf-8"))
    masters = tuple((int(version), bytes.fromhex(key)) for version, key in data["masters"].items())
    return KeyRing(masters, bytes.fromhex(data["blind"]), bytes.fromhex(data["verify"]))


@lru_cache(maxsize=256)
def _cipher(version: int, purpose: str) -> AESGCM:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode())
    return AESGCM(derive.derive(ring().master(version)))


def encrypt(text: str, purpose: str) -> bytes:
    """Encrypt ``text`` for the column named by ``purpose`` ("table.column")."""
    version = ring().newest
    nonce = os.urandom(NONCE_BYTES)
    sealed = _cipher(version, purpose).encrypt(nonce, text.encode(), purpose.encode())
    return bytes((AES_GCM, version)) + nonce + sealed


def decrypt(blob: bytes, purpose: str) -> str:
    """Decrypt a value of the column named by ``purpose``; InvalidTag when it was altered or moved."""
    if blob[0] != AES_GCM:
        raise ValueError(f"unknown cipher {blob[0]}")
    nonce, sealed = blob[2 : 2 + NONCE_BYTES], blob[2 + NONCE_BYTES :]
    return _cipher(blob[1], purpose).decrypt(nonce, sealed, purpose.encode()).decode()


def blind_index(text: str, purpose: str) -> str:
    """Keyed hash (hex, 64 characters) by which an exact value can be found without being readable.

    Width and case are folded first, so that a typed full-width digit or lower-case x finds its row.
    """
    folded = unicodedata.normalize("NFKC", text).strip().upper()
    return hmac.new(ring().blind, f"{purpose}\0{folded}".encode(), hashlib.sha256).hexdigest()


def fingerprint(text: str) -> str:
    """Twelve hex characters standing for a secret value in the audit: equal values look equal, nothing is readable."""
    return hmac.new(ring().blind, f"audit\0{text}".encode(), hashlib.sha256).hexdigest()[:12]


def verify_code(subject: str) -> str:
    """Twelve base32-like characters proving that a certificate number was issued here (printed in the QR code)."""
    digest = hmac.new(ring().verify, subject.encode(), hashlib.sha256).digest()
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "".join(alphabet[byte % len(alphabet)] for byte in digest[:12])
