"""What a process model says of itself: `@implements(proc=...)`, `@requires`, `@tag`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from loihi_emu.lava._refusals import ModelError, refuse_names
from loihi_emu.lava.magma.core.model.model import AbstractProcessModel
from loihi_emu.lava.magma.core.process.process import AbstractProcess
from loihi_emu.lava.magma.core.resources import AbstractResource
from loihi_emu.lava.magma.core.sync.protocol import AbstractSyncProtocol

__getattr__ = refuse_names(__name__, "implements", "requires", "tag")

Model = TypeVar("Model", bound=type)


def implements(proc: Any = None, protocol: Any = None) -> Callable[[Model], Model]:
    """A model is of a process class, and of a protocol.

    Parameters
    ----------
    proc : AbstractProcess class, optional
    protocol : AbstractSyncProtocol class, optional

    Raises
    ------
    ModelError
        They are no such classes, or the model inherits others.
    """
    for given, kind in ((proc, AbstractProcess), (protocol, AbstractSyncProtocol)):
        if given and not issubclass(given, kind):
            raise ModelError(f"implements takes {given!r}; allowed: a {kind.__name__} class")

    def decorate(cls: Model) -> Model:
        _check_model(cls)
        for name, given in (("implements_process", proc), ("implements_protocol", protocol)):
            if not given:
                continue
            before = getattr(cls, name)
            if before not in (None, given):
                raise ModelError(
                    f"{cls.__name__} implements {given.__name__} and inherits {before.__name__}"
                )
            setattr(cls, name, given)
        return cls

    return decorate


def requires(*args: Any) -> Callable[[Model], Model]:
    """A model needs resources; of a list, one of them.

    Raises
    ------
    ModelError
        Something is no resource.
    """
    for given in args:
        for one in given if isinstance(given, list) else [given]:
            if not issubclass(one, AbstractResource):
                raise ModelError(f"requires takes {one!r}; allowed: AbstractResource classes")

    def decorate(cls: Model) -> Model:
        _check_model(cls)
        cls.required_resources = [*cls.required_resources, *args]  # type: ignore[attr-defined]
        return cls

    return decorate


def tag(*args: str) -> Callable[[Model], Model]:
    """A model has tags, added to those it inherits: run configurations choose by them.

    Raises
    ------
    ModelError
        A tag is no text.
    """
    for given in args:
        if not isinstance(given, str):
            raise ModelError(f"tag takes {given!r}; allowed: texts")

    def decorate(cls: Model) -> Model:
        _check_model(cls)
        cls.tags = [*cls.tags, *args]  # type: ignore[attr-defined]
        return cls

    return decorate


def _check_model(cls: type) -> None:
    """Refuse a class that is no process model."""
    if not issubclass(cls, AbstractProcessModel):
        raise ModelError(f"{cls.__name__} is decorated; allowed: an AbstractProcessModel class")
