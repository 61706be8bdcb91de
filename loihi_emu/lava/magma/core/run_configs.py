"""Fixed point or float: `Loihi2SimCfg(select_tag="fixed_pt")`, or "floating_pt", the default."""

from __future__ import annotations

import logging
from typing import Any

from loihi_emu.lava._refusals import NotSupportedError, refuse_names

__getattr__ = refuse_names(__name__)


class Loihi1SimCfg:
    """Models of arithmetic, chosen for all processes by a tag.

    Parameters
    ----------
    custom_sync_domains : None
    select_tag : str, optional
        'fixed_pt', 'bit_accurate_loihi', 'bit_approximate_loihi' or 'floating_pt'; None: float.
    select_sub_proc_model : bool
        Kept for scripts: no mirrored process has sub-processes.
    exception_proc_model_map : None
    loglevel : int
        Kept for scripts: nothing is logged.
    """

    def __init__(
        self,
        custom_sync_domains: list[Any] | None = None,
        select_tag: str | None = None,
        select_sub_proc_model: bool | None = False,
        exception_proc_model_map: dict[Any, Any] | None = None,
        loglevel: int = logging.WARNING,
    ) -> None:
        del loglevel
        if custom_sync_domains:
            raise NotSupportedError(
                "custom_sync_domains are not mirrored: all processes step together"
            )
        if exception_proc_model_map:
            raise NotSupportedError(
                "exception_proc_model_map is not mirrored: choose one model for all with select_tag"
            )
        self.select_tag = select_tag
        self.select_sub_proc_model = select_sub_proc_model

    @property
    def mode(self) -> str:
        """The native mode of the tag."""
        return "floating_pt" if self.select_tag in (None, "floating_pt") else "fixed_pt"


class Loihi2SimCfg(Loihi1SimCfg):
    """As `Loihi1SimCfg`: Lava's own two differ in nothing."""
