"""The command line `loihi-emu`: one module a subcommand, found by main.py.

Example: `loihi-emu compare stdp-loihi`.
"""

from loihi_emu.cli.main import main

__all__ = ["main"]
