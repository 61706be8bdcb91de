"""What process models share: which process and protocol, resources and tags.

A model class is known to the process class it implements as soon as it is defined.
"""

from __future__ import annotations

import logging
from typing import Any, ClassVar

from loihi_emu.lava._refusals import refuse_names

__getattr__ = refuse_names(__name__)


class AbstractProcessModel:
    """How a process runs.

    Parameters
    ----------
    proc_params : ProcessParameters
        Those of the process.
    loglevel : int
        Of `log`.
    """

    implements_process: ClassVar[Any] = None
    implements_protocol: ClassVar[Any] = None
    required_resources: ClassVar[list[Any]] = []
    tags: ClassVar[list[str]] = []

    def __init__(self, proc_params: Any = None, loglevel: int | None = logging.WARNING) -> None:
        self.log = logging.getLogger(__name__)
        self.log.setLevel(logging.WARNING if loglevel is None else loglevel)
        self.proc_params = proc_params

    def __repr__(self) -> str:
        resources = " ".join(one.__qualname__ for one in self.required_resources)
        process = getattr(self.implements_process, "__qualname__", "nothing")
        return (
            f"{type(self).__qualname__} implements {process}, "
            f"requires {resources or 'nothing'}, has tags {', '.join(self.tags) or 'none'}"
        )
