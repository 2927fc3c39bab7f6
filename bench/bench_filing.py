"""Filing with the real renderer: python bench/bench_filing.py [writers] [each]. How long does one wait for the counter?

A throw-away database; ``writers`` registrars of one body file at once, then one alone. Wall seconds per certificate.
"""

import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def main() -> int:
    os.environ["BENCH_WRITERS"] = sys.argv[1] if len(sys.argv) > 1 else "4"
    os.environ["BENCH_EACH"] = sys.argv[2] if len(sys.argv) > 2 else "10"
    import pytest

    begun = time.perf_counter()
    code = pytest.main(
        [
            "-q",
            "-s",
            "-p",
            "no:randomly",
            "-p",
            "no:cacheprovider",
            "-p",
            "tests.conftest",
            str(ROOT / "bench" / "_filing_at_once.py"),
        ]
    )
    print(f"whole run {time.perf_counter() - begun:.1f} s")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
