"""The table of a batch: a row for each variant says where its run begins and how far it is."""

from __future__ import annotations

from typing import Final

START, STEPS_WANTED, STEPS_DONE, STEPS_TO_DRAW, NEEDS_SEEDING = range(5)
"""What is kept of where each variant is: step it starts after, steps to do, steps done, steps to
draw for first, whether its generators hold seeds so far."""


N_PLACES: Final = 5
