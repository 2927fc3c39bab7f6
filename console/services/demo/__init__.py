"""The demo world; ``making.load`` makes it."""
