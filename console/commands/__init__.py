"""The commands of ``console``, one file per group; ``console/cli.py`` puts them together."""
