"""`loihi-emu capacity`: whether a chip can hold the network that a Python file makes.

Limits and their evidence are data of chip/limits.py, the sums are description/capacity.py's.
Exit status 1 where something is over.
Example: `loihi-emu capacity tutorial.py`.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import Final

from loihi_emu.cli.screen import Screen

HELP: Final = "say whether a chip can hold the network of a Python file"
EXAMPLES: Final = """\
  loihi-emu capacity my_network.py
  loihi-emu capacity my_network.py:net --chip "Loihi 2"
  loihi-emu capacity my_network.py:build --json"""


def add_arguments(parser: ArgumentParser) -> None:
    """The file, and the chip."""
    parser.add_argument(
        "file",
        metavar="FILE[:NAME]",
        help="a Python file that makes a Network. It runs until it makes a Simulator. If it makes "
        "several networks, NAME is the one you mean, or a function that returns it",
    )
    parser.add_argument("--chip", default="Loihi 1", help="'Loihi 1' (default) or 'Loihi 2'")


def run(args: Namespace, screen: Screen) -> int:
    """Print what is used, available and over."""
    from loihi_emu.analysis.tables import Table
    from loihi_emu.chip.limits import find_chip
    from loihi_emu.cli.script import network_of
    from loihi_emu.description.capacity import COLUMNS, capacity

    chip = find_chip(args.chip).name
    network, name = network_of(args.file)
    found = capacity(network, chip)
    data = {
        "command": "capacity",
        "file": args.file,
        "network": name or None,
        "chip": chip,
        "fits": found.fits,
        "uses": [{**asdict(use), "over": use.over} for use in found.uses],
    }
    screen.show(data, [Table.of(COLUMNS, found.rows), found.verdict])
    return 0 if found.fits else 1
