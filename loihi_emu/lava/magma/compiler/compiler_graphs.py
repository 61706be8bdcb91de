"""Which processes belong together: `find_processes(lif)`."""

from __future__ import annotations

from typing import Any

from loihi_emu.lava._refusals import refuse_names

__getattr__ = refuse_names(__name__, "flatten_list", "expand_sub_proc_model")


def find_processes(proc: Any) -> list[Any]:
    """A process and all that it is connected to, in the order of construction."""
    from loihi_emu.lava._models import connected

    return connected([proc])
