"""Make a virtual environment with pip, also where Debian and Ubuntu leave out ensurepip (package python3-venv).

    python3 .ci/make_venv.py .venv

Then pip is fetched as one wheel of a known SHA-256 from PyPI or, with PIP_INDEX_URL set, from that mirror.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import urllib.request
import venv
from pathlib import Path

WHEEL = "pip-25.3-py3-none-any.whl"
SHA256 = "9655943313a94722b7774661c21049070f6bbb0a1516bf02f7c8d5d9201514cd"
PLACE = f"packages/44/3c/d717024885424591d5376220b5e836c2d5293ce2011523c9de23ff7bf068/{WHEEL}"


def make(folder: Path) -> None:
    """Make the environment; a half-made one is made anew."""
    has_ensurepip = importlib.util.find_spec("ensurepip") is not None
    venv.create(folder, clear=True, symlinks=True, with_pip=has_ensurepip)
    if not has_ensurepip:
        with tempfile.TemporaryDirectory() as temporary:
            wheel = Path(temporary) / WHEEL
            wheel.write_bytes(fetched(address()))
            python = folder / "bin" / "python"
            subprocess.run([python, wheel / "pip", "install", "--quiet", "--no-index", wheel], check=True)  # noqa: S603


def address() -> str:
    """Return where the wheel is: mirrors keep PyPI's paths beside their /simple."""
    index = os.environ.get("PIP_INDEX_URL", "").rstrip("/").removesuffix("/simple")
    return f"{index or 'https://files.pythonhosted.org'}/{PLACE}"


def fetched(url: str) -> bytes:
    """Return the wheel, or end with a sentence when it is not the one we know."""
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 https or the user's own mirror
        content: bytes = answer.read()
    if hashlib.sha256(content).hexdigest() != SHA256:
        sys.exit(f"{url} is not the pip expected; please install python3-venv and try again")
    return content


if __name__ == "__main__":
    make(Path(sys.argv[1]))
