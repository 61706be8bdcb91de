"""Which process model runs each process: by tag, by exceptions, or by a class of one's own.

Example: `Loihi2SimCfg(select_tag="fixed_pt")`; without a tag the first model, of the library float.
"""

from __future__ import annotations

import logging
from typing import Any

from loihi_emu.lava._refusals import ModelError, NotSupportedError, PortError, refuse_names
from loihi_emu.lava.magma.core.sync.domain import SyncDomain

__getattr__ = refuse_names(__name__)


class RunConfig:
    """What run configurations share; one's own overrides `select`.

    Parameters
    ----------
    custom_sync_domains : list of SyncDomain, optional
        Kept; processes of one protocol step together whatever their domain.
    loglevel : int
        Of `log`.
    """

    def __init__(
        self, custom_sync_domains: list[Any] | None = None, loglevel: int = logging.WARNING
    ) -> None:
        self.log = logging.getLogger(__name__)
        self.log.setLevel(loglevel)
        if custom_sync_domains and not isinstance(custom_sync_domains, list):
            raise PortError(f"custom_sync_domains are {custom_sync_domains!r}; allowed: a list")
        for domain in custom_sync_domains or []:
            if not isinstance(domain, SyncDomain):
                raise PortError(f"custom_sync_domains hold {domain!r}; allowed: SyncDomains")
        self.custom_sync_domains = list(custom_sync_domains or [])

    def select(self, process: Any, proc_models: list[Any]) -> Any:
        """The process model of a process.

        Parameters
        ----------
        process : AbstractProcess
        proc_models : list of AbstractProcessModel classes
            Those that implement its class.

        Returns
        -------
        AbstractProcessModel class
        """


class AbstractLoihiRunCfg(RunConfig):
    """Models chosen for all processes by a tag.

    Parameters
    ----------
    custom_sync_domains : list of SyncDomain, optional
    select_tag : str, optional
        Of the library's models: 'fixed_pt', 'bit_accurate_loihi', 'bit_approximate_loihi' or
        'floating_pt'. None: a process's first model.
    select_sub_proc_model : bool
        Prefer models that are made of processes.
    exception_proc_model_map : dict of process class to model class, optional
        Chosen whatever the tag.
    loglevel : int
    """

    def __init__(
        self,
        custom_sync_domains: list[Any] | None = None,
        select_tag: str | None = None,
        select_sub_proc_model: bool | None = False,
        exception_proc_model_map: dict[Any, Any] | None = None,
        loglevel: int = logging.WARNING,
    ) -> None:
        super().__init__(custom_sync_domains=custom_sync_domains, loglevel=loglevel)
        self.select_tag = select_tag
        self.select_sub_proc_model = select_sub_proc_model
        self.exception_proc_model_map = exception_proc_model_map or {}

    def select(self, process: Any, proc_models: list[Any]) -> Any:
        """By exception, else the only model, else by kind and tag.

        Raises
        ------
        ModelError
            No model has the tag.
        """
        from loihi_emu.lava.magma.core.model.py.model import AbstractPyProcessModel
        from loihi_emu.lava.magma.core.model.sub.model import AbstractSubProcessModel

        if type(process) in self.exception_proc_model_map:
            return self.exception_proc_model_map[type(process)]
        known = [one for one in proc_models if issubclass(one, AbstractSubProcessModel)]
        leaves = [one for one in proc_models if issubclass(one, AbstractPyProcessModel)]
        if len(proc_models) == 1:
            usable = known + leaves
        else:
            usable = known if self.select_sub_proc_model and known else leaves
        tagged = [one for one in usable if self.select_tag in (None, *one.tags)]
        # models without a tag are for every one
        tagged = tagged or [one for one in usable if not one.tags]
        if not tagged:
            raise self._no_model(process, proc_models)
        return tagged[0]

    def _no_model(self, process: Any, proc_models: list[Any]) -> ModelError:
        """The error where no model fits."""
        tags = sorted({one for model in proc_models for one in model.tags})
        return ModelError(
            f"{process.name}: {type(process).__name__} has no model for {self.select_tag!r}; "
            f"there are {', '.join(tags) or 'none'}"
        )

    @property
    def mode(self) -> str:
        """The native mode of the tag."""
        return "floating_pt" if self.select_tag in (None, "floating_pt") else "fixed_pt"


class AbstractLoihiSimRunCfg(AbstractLoihiRunCfg):
    """Models in Python alone."""


class Loihi1SimCfg(AbstractLoihiSimRunCfg):
    """As `AbstractLoihiRunCfg`."""


class Loihi2SimCfg(AbstractLoihiSimRunCfg):
    """As `Loihi1SimCfg`: Lava's own two differ in nothing."""


class AbstractLoihiHWRunCfg(AbstractLoihiRunCfg):
    """Models on a chip, which is not here: scripts may name these classes, not make one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        del args, kwargs
        name = type(self).__name__
        raise NotSupportedError(
            f"{name} is for hardware, and there is none here: use {name.replace('Hw', 'Sim')}"
        )


class Loihi1HwCfg(AbstractLoihiHWRunCfg):
    """For a Loihi 1."""


class Loihi2HwCfg(AbstractLoihiHWRunCfg):
    """For a Loihi 2."""
