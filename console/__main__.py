"""``python -m console``: the same as the command ``console``."""

from console.cli import main

main()
