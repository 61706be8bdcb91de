"""Ports: what a process sends and receives, connected element by element.

Example: `lif.s_out.reshape((6,)).connect(dense.s_in)`; several connections to an InPort add up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loihi_emu.lava._refusals import NotSupportedError, PortError, refuse_names
from loihi_emu.lava.magma.core.process.interfaces import AbstractProcessMember
from loihi_emu.lava.magma.core.process.ports import exceptions

__getattr__ = refuse_names(__name__)

Ports = Any
"""A port or a list of ports."""


class AbstractPort(AbstractProcessMember):
    """A port, or a view of one with its elements in another shape or order."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__(shape)
        self.in_connections: list[AbstractPort] = []
        self.out_connections: list[AbstractPort] = []

    def connect(self, ports: Ports, connection_configs: Any = None) -> None:
        """Send to one or more ports of the same shape; hardware's `connection_configs` are unused.

        Raises
        ------
        PortError, DuplicateConnectionError, NotSupportedError
        """
        del connection_configs
        for port in ports if isinstance(ports, list) else [ports]:
            _link(self, port)

    def connect_from(self, ports: Ports, connection_configs: Any = None) -> None:
        """Receive from one or more ports; as `connect` the other way round."""
        del connection_configs
        for port in ports if isinstance(ports, list) else [ports]:
            _link(port, self)

    def reshape(self, new_shape: tuple[int, ...]) -> ReshapePort:
        """The same elements, in the same order, in another shape."""
        if math.prod(new_shape) != self.size:
            raise exceptions.ReshapeError(
                f"{self.label} has {self.size} elements of shape {self.shape}; "
                f"new_shape is {new_shape}"
            )
        return ReshapePort(self, tuple(new_shape), np.arange(self.size))

    def flatten(self) -> ReshapePort:
        """The same elements in one dimension."""
        return self.reshape((self.size,))

    def transpose(self, axes: Sequence[int] | None = None) -> TransposePort:
        """The elements with their dimensions permuted, reversed by default."""
        rank = len(self.shape)
        order = tuple(reversed(range(rank))) if axes is None else tuple(axes)
        if len(order) != rank:
            raise exceptions.TransposeShapeError(
                f"{self.label} has shape {self.shape}; axes are {order}"
            )
        if any(not -rank <= axis < rank for axis in order):
            raise exceptions.TransposeIndexError(
                f"{self.label} has shape {self.shape}; axes are {order}"
            )
        moved = np.arange(self.size).reshape(self.shape).transpose(order)
        return TransposePort(self, moved.shape, moved.ravel())

    def concat_with(self, ports: Ports, axis: int) -> AbstractPort:
        """Lava 0.10 refuses to compile this; so does the mirror."""
        del ports, axis
        raise NotSupportedError(
            f"{self.label}: concat_with does not run in Lava 0.10 either; give each port a "
            "connection process of its own and connect all of them to the same a_in"
        )


class OutPort(AbstractPort):
    """What a process sends."""


class InPort(AbstractPort):
    """What a process receives: the sum of what is connected, 0 if nothing is.

    Parameters
    ----------
    shape : tuple of int
    reduce_op : None
    """

    def __init__(self, shape: tuple[int, ...], reduce_op: Any = None) -> None:
        super().__init__(shape)
        if reduce_op is not None:
            raise NotSupportedError("reduce_op is not mirrored: an InPort adds what arrives")


class ReshapePort(AbstractPort):
    """A view of a port; `order` holds the parent's element of each of the view's."""

    def __init__(
        self, parent: AbstractPort, shape: tuple[int, ...], order: NDArray[np.int64]
    ) -> None:
        super().__init__(shape)
        if isinstance(parent, InPort):
            raise NotSupportedError(f"{parent.label}: reshape the OutPort that connects to it")
        self.name, self.process, self.order = parent.name, parent.process, order
        self.in_connections.append(parent)
        parent.out_connections.append(self)


class TransposePort(ReshapePort):
    """A view with permuted dimensions."""


def sources(port: AbstractPort) -> list[tuple[OutPort, NDArray[np.int64]]]:
    """The OutPorts behind a port, each with the element that every element of `port` is."""
    if isinstance(port, OutPort):
        return [(port, np.arange(port.size))]
    found = [pair for parent in port.in_connections for pair in sources(parent)]
    if isinstance(port, ReshapePort):
        return [(source, order[port.order]) for source, order in found]
    return found


def neighbours(port: AbstractPort) -> list[Any]:
    """Processes at the other ends of a port's connections."""
    if isinstance(port, InPort):
        return [source.process for source, _ in sources(port)]
    found: list[Any] = []
    for target in port.out_connections:
        found += [target.process] if isinstance(target, InPort) else neighbours(target)
    return found


def _link(source: Any, target: Any) -> None:
    """Connect two ports."""
    for port in (source, target):
        if not isinstance(port, AbstractPort):
            raise PortError(f"{type(port).__name__} is no port; allowed: InPort and OutPort")
    if isinstance(source, InPort) or not isinstance(target, InPort):
        raise NotSupportedError(
            f"{source.label} -> {target.label}: connect an OutPort to an InPort; nested processes "
            "are not mirrored"
        )
    if source.shape != target.shape:
        raise PortError(
            f"{source.label} has shape {source.shape} and {target.label} {target.shape}; "
            "reshape() or flatten() one to fit"
        )
    if any(source is known for known in target.in_connections):
        raise exceptions.DuplicateConnectionError(
            f"{source.label} is already connected to {target.label}"
        )
    source.out_connections.append(target)
    target.in_connections.append(source)
