"""Ports: what a process sends, receives, reads and writes, connected element by element.

OutPorts send to InPorts; RefPorts read and write Vars, by themselves or through VarPorts. Ports of
a process connect to those of its sub-processes. `reshape`, `flatten` and `transpose` give views.
Example: `lif.s_out.reshape((6,)).connect(dense.s_in)`; several connections to an InPort add up.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from loihi_emu.lava._refusals import NotSupportedError, PortError, PortTypeError, refuse_names
from loihi_emu.lava.magma.core.process.interfaces import AbstractProcessMember
from loihi_emu.lava.magma.core.process.ports import exceptions
from loihi_emu.lava.magma.core.process.ports.reduce_ops import ReduceSum
from loihi_emu.lava.magma.core.process.variable import Var

__getattr__ = refuse_names(__name__)

Ports = Any
"""A port or a list of ports."""

_PIPE_MESSAGES: Final = 64


def create_port_id(proc_id: int, port_name: str) -> str:
    """A text that names a port of a process by the process's number."""
    return f"{proc_id}_{port_name}"


def to_list(one_or_more: Any) -> list[Any]:
    """A list as it is, anything else as the only element of one."""
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]


class AbstractPort(AbstractProcessMember):
    """A port, or a view of one with its elements in another shape or order."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__(shape)
        self.in_connections: list[AbstractPort] = []
        self.out_connections: list[AbstractPort] = []
        self.connection_configs: dict[AbstractPort, Any] = {}

    def connect(self, ports: Ports, connection_configs: Any = None) -> None:
        """Connect to one or more ports of the same shape.

        Parameters
        ----------
        ports : port or list of ports
        connection_configs : optional
            Kept in `connection_configs`; nothing here reads them.

        Raises
        ------
        PortError, DuplicateConnectionError
            The ports do not fit together, or are connected already.
        """
        self._connect_forward(to_list(ports), self._forward_kind(), to_list(connection_configs))

    def connect_from(self, ports: Ports, connection_configs: Any = None) -> None:
        """Connect one or more ports to this; as `connect` the other way round."""
        self._connect_backward(to_list(ports), self._backward_kind(), to_list(connection_configs))

    def _forward_kind(self) -> type[AbstractPort]:
        """What this may be connected to."""
        return AbstractPort

    def _backward_kind(self) -> type[AbstractPort]:
        """What may be connected to this."""
        return AbstractPort

    def _connect_forward(
        self, ports: list[Any], port_type: Any, connection_configs: list[Any],
        assert_same_shape: bool = True, assert_same_type: bool = False,
    ) -> None:  # fmt: skip
        """Connect to ports of a kind, after all of them have been checked."""
        self._check_ports(ports, port_type, assert_same_shape, assert_same_type)
        for port, config in _with_configs(ports, connection_configs):
            _link(self, port)
            if config is not None:
                self.connection_configs[port] = port.connection_configs[self] = config

    def _connect_backward(
        self, ports: list[Any], port_type: Any, connection_configs: list[Any],
        assert_same_shape: bool = True, assert_same_type: bool = False,
    ) -> None:  # fmt: skip
        """Connect ports of a kind to this one, after all of them have been checked."""
        self._check_ports(ports, port_type, assert_same_shape, assert_same_type)
        for port, config in _with_configs(ports, connection_configs):
            _link(port, self)
            if config is not None:
                self.connection_configs[port] = port.connection_configs[self] = config

    def _check_ports(self, ports: list[Any], kind: Any, same_shape: bool, same_type: bool) -> None:
        """Refuse ports of another kind or shape."""
        for port in ports:
            wanted = type(ports[0]) if same_type and isinstance(ports[0], kind) else kind
            if not isinstance(port, wanted):
                raise PortError(
                    f"{self.label} is connected to {type(port).__name__}; "
                    f"allowed: {wanted.__name__}"
                )
            if same_shape and self.shape != port.shape:
                raise PortError(
                    f"{self.label} has shape {self.shape} and {port.label} {port.shape}; "
                    "reshape() or flatten() one to fit"
                )

    def get_src_ports(self, _include_self: bool = False) -> list[AbstractPort]:
        """The ports at which all that arrives here begins."""
        if not self.in_connections:
            return [self] if _include_self else []
        return [end for port in self.in_connections for end in port.get_src_ports(True)]

    def get_dst_ports(self, _include_self: bool = False) -> list[AbstractPort]:
        """The ports at which all that is sent from here ends."""
        if not self.out_connections:
            return [self] if _include_self else []
        return [end for port in self.out_connections for end in port.get_dst_ports(True)]

    def get_incoming_virtual_ports(self) -> tuple[str, list[Any]]:
        """The name of the port where a chain of views begins, and the views up to this port."""
        if not self.in_connections:
            return create_port_id(self.process.id, self.name), []
        ids, chains = zip(
            *(p.get_incoming_virtual_ports() for p in self.in_connections), strict=True
        )
        return ids[-1], [view for chain in chains for view in chain] + self._own_view()

    def get_outgoing_virtual_ports(self) -> tuple[str, list[Any]]:
        """The name of the port where a chain of views ends, and the views from this port on."""
        if not self.out_connections:
            return create_port_id(self.process.id, self.name), []
        ids, chains = zip(
            *(p.get_outgoing_virtual_ports() for p in self.out_connections), strict=True
        )
        return ids[-1], [view for chain in chains for view in chain] + self._own_view()

    def _own_view(self) -> list[Any]:
        """The port itself, if it is a view."""
        return []

    def get_incoming_transform_funcs(self) -> dict[str, list[Callable[..., Any]]]:
        """For each port behind this one, the functions that its data goes through."""
        found = [port.get_incoming_virtual_ports() for port in self.in_connections]
        return {
            end: [view.get_transform_func_fwd() for view in views] for end, views in found if views
        }

    def get_outgoing_transform_funcs(self) -> dict[str, list[Callable[..., Any]]]:
        """For each port that this one reaches, the functions that data from there goes through."""
        found = [port.get_outgoing_virtual_ports() for port in self.out_connections]
        return {end: [view.get_transform_func_bwd() for view in views] for end, views in found}

    def reshape(self, new_shape: tuple[int, ...]) -> ReshapePort:
        """The same elements, in the same order, in another shape."""
        if math.prod(new_shape) != self.size:
            raise exceptions.ReshapeError(
                f"{self.label} has {self.size} elements of shape {self.shape}; "
                f"new_shape is {new_shape}"
            )
        view: ReshapePort = self._view(ReshapePort(tuple(new_shape), self.shape))
        return view

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
        view: TransposePort = self._view(
            TransposePort(tuple(self.shape[axis] for axis in order), order)
        )
        return view

    def _view(self, view: Any) -> Any:
        """A view of this port, connected to it."""
        _link(self, view)
        return view

    def concat_with(self, ports: Ports, axis: int) -> ConcatPort:
        """One port of several; Lava 0.10 refuses to run it, and so does the mirror."""
        given = [self, *to_list(ports)]
        kind = AbstractIOPort if isinstance(self, AbstractIOPort) else AbstractRVPort
        for port in given:
            if not isinstance(port, kind):
                raise PortError(
                    f"{self.label} is concatenated with {type(port).__name__}; "
                    f"allowed: {kind.__name__}"
                )
        return ConcatPort(given, axis)


class AbstractIOPort(AbstractPort):
    """An InPort or OutPort."""

    external_pipe_flag = False
    external_pipe_buffer_size = _PIPE_MESSAGES
    pipe: Any = None
    """The end of a flagged port's pipe outside of the models, once there is a runtime."""

    def flag_external_pipe(self, buffer_size: int | None = None) -> None:
        """Let Python code outside of processes send to this port, or receive from it."""
        self.external_pipe_flag = True
        if buffer_size is not None:
            self.external_pipe_buffer_size = buffer_size


class AbstractRVPort(AbstractPort):
    """A RefPort or VarPort."""


class AbstractSrcPort:
    """A port at which connections begin."""


class AbstractDstPort:
    """A port at which connections end."""


class OutPort(AbstractIOPort, AbstractSrcPort):
    """What a process sends."""

    def _forward_kind(self) -> type[AbstractPort]:
        return AbstractIOPort

    def _backward_kind(self) -> type[AbstractPort]:
        return OutPort


class InPort(AbstractIOPort, AbstractDstPort):
    """What a process receives: the sum of what is connected, 0 if nothing is.

    Parameters
    ----------
    shape : tuple of int
    reduce_op : ReduceSum, optional
    """

    def __init__(self, shape: tuple[int, ...], reduce_op: Any = None) -> None:
        super().__init__(shape)
        if reduce_op not in (None, ReduceSum):
            raise NotSupportedError(f"reduce_op is {reduce_op!r}; allowed: ReduceSum or None")
        self._reduce_op = reduce_op

    def _forward_kind(self) -> type[AbstractPort]:
        return InPort

    def _backward_kind(self) -> type[AbstractPort]:
        return AbstractIOPort


class _OneToOne(AbstractRVPort):
    """A port that is connected to one other port."""

    def _check_alone(self, ports: Any) -> None:
        """Refuse a second connection."""
        taken = (self.get_dst_ports() and not isinstance(ports, AbstractSrcPort)) or (
            self.get_src_ports() and not isinstance(ports, AbstractDstPort)
        )
        if len(to_list(ports)) > 1 or taken:
            raise PortError(f"{self.label}: a RefPort or VarPort is connected to one other port")

    def _check_kinds(self, ports: Any, *kinds: type[AbstractPort]) -> None:
        """Refuse ports of other kinds."""
        for port in to_list(ports):
            if not isinstance(port, kinds):
                names = " or ".join(kind.__name__ for kind in kinds)
                raise PortTypeError(
                    f"{self.label} is connected to {type(port).__name__}; allowed: {names}; "
                    "connect_var takes a Var"
                )


class RefPort(_OneToOne, AbstractSrcPort):
    """Reads and writes a variable of another process."""

    def connect(self, ports: Ports, connection_configs: Any = None) -> None:
        """Connect to a VarPort, or to a RefPort of the parent process."""
        self._check_alone(ports)
        self._check_kinds(ports, RefPort, VarPort)
        super().connect(ports, connection_configs)

    def connect_from(self, ports: Ports, connection_configs: Any = None) -> None:
        """Connect a RefPort of a sub-process to this."""
        self._check_alone(ports)
        self._check_kinds(ports, RefPort)
        super().connect_from(ports, connection_configs)

    def connect_var(self, variables: Any, connection_configs: Any = None) -> None:
        """Connect to a variable of another process.

        Raises
        ------
        PortError
            It is no Var, or of this port's own process.
        """
        self._check_alone(variables)
        for var in to_list(variables):
            if not isinstance(var, Var):
                raise PortError(f"{self.label} is connected to {type(var).__name__}; allowed: Var")
            if self.process is not None and self.process == var.process:
                raise PortError(f"{self.label} and {var.label} are of the same process")
        ends = [self.create_implicit_var_port(var) for var in to_list(variables)]
        self.connect(ends, connection_configs)

    def get_dst_vars(self) -> list[Var]:
        """The variables that this port reaches."""
        return [port.var for port in self.get_dst_ports() if isinstance(port, VarPort)]

    @staticmethod
    def create_implicit_var_port(var: Var) -> ImplicitVarPort:
        """A VarPort of a variable, a member of its process."""
        made = ImplicitVarPort(var)
        name = f"_{var.name}_implicit_port"
        if var.process is not None:
            more = (f"{name}_{number}" for number in itertools.count(1))
            names = itertools.chain((name,), more)
            name = next(one for one in names if not hasattr(var.process, one))
            setattr(var.process, name, made)
            made.process = var.process
            var.process.var_ports.add_members({name: made})
        made.name = name
        return made


class VarPort(_OneToOne, AbstractDstPort):
    """Lets RefPorts read and write a variable.

    Parameters
    ----------
    var : Var
        A shareable one.

    Raises
    ------
    PortError, VarNotSharableError
    """

    def __init__(self, var: Var) -> None:
        if not isinstance(var, Var):
            raise PortError(f"var is {var!r}; allowed: a Var")
        if not var.shareable:
            raise exceptions.VarNotSharableError(f"{var.label} is not shareable")
        super().__init__(var.shape)
        self.var = var

    def connect(self, ports: Ports, connection_configs: Any = None) -> None:
        """Connect to a VarPort of a sub-process."""
        self._check_alone(ports)
        self._check_kinds(ports, VarPort)
        super().connect(ports, connection_configs)

    def connect_from(self, ports: Ports, connection_configs: Any = None) -> None:
        """Connect a RefPort, or a VarPort of the parent process, to this."""
        self._check_alone(ports)
        self._check_kinds(ports, RefPort, VarPort)
        super().connect_from(ports, connection_configs)


class ImplicitVarPort(VarPort):
    """A VarPort that connecting a RefPort to a Var has made."""


class AbstractVirtualPort(AbstractPort):
    """A view of the port that it is connected to."""

    @property
    def _parent_port(self) -> Any:
        """The port where the chain of views begins."""
        return self.get_src_ports()[0]

    @property
    def process(self) -> Any:
        """The process of the port that this is a view of."""
        return self._parent_port.process

    @process.setter
    def process(self, process: Any) -> None:
        del process  # a view that an attribute holds is still the other port's

    @property
    def label(self) -> str:
        """The viewed port's."""
        return str(self._parent_port.label) if self.in_connections else "a view"

    def _forward_kind(self) -> type[AbstractPort]:
        kinds = {OutPort: AbstractIOPort, InPort: InPort, RefPort: AbstractRVPort, VarPort: VarPort}
        parent = self._parent_port
        return next(kind for own, kind in kinds.items() if isinstance(parent, own))

    def _own_view(self) -> list[Any]:
        return [self]

    def get_transform_func_fwd(self) -> Callable[..., Any]:
        """From the viewed port's elements to this one's."""
        raise NotImplementedError

    def get_transform_func_bwd(self) -> Callable[..., Any]:
        """From this port's elements to the viewed one's."""
        raise NotImplementedError

    def _order(self, n: int) -> NDArray[np.int64]:
        """Which of the viewed port's n elements each of this one's is."""
        numbered = np.arange(n).reshape(self.in_connections[0].shape)
        return np.asarray(self.get_transform_func_fwd()(numbered)).ravel()


class ReshapePort(AbstractVirtualPort):
    """The same elements in another shape."""

    def __init__(self, new_shape: tuple[int, ...], old_shape: tuple[int, ...]) -> None:
        super().__init__(new_shape)
        self.old_shape = old_shape

    def get_transform_func_fwd(self) -> Callable[..., Any]:
        """From the viewed port's shape to this one's."""
        return functools.partial(_reshaped, shape=self.shape)

    def get_transform_func_bwd(self) -> Callable[..., Any]:
        """From this port's shape to the viewed one's."""
        return functools.partial(_reshaped, shape=self.old_shape)


class TransposePort(AbstractVirtualPort):
    """The elements with permuted dimensions."""

    def __init__(self, new_shape: tuple[int, ...], axes: Sequence[int]) -> None:
        super().__init__(new_shape)
        self.axes = tuple(axes)

    def get_transform_func_fwd(self) -> Callable[..., Any]:
        """From the viewed port's order to this one's."""
        return functools.partial(np.transpose, axes=self.axes)

    def get_transform_func_bwd(self) -> Callable[..., Any]:
        """From this port's order to the viewed one's."""
        return functools.partial(np.transpose, axes=tuple(np.argsort(self._positive_axes())))

    def _positive_axes(self) -> list[int]:
        """Axes counted from the first."""
        return [axis % len(self.axes) for axis in self.axes]


class ConcatPort(AbstractVirtualPort):
    """Several ports as one, along an axis."""

    def __init__(self, ports: list[AbstractPort], axis: int) -> None:
        super().__init__(self._get_new_shape(ports, axis))
        first = type(ports[0])
        for port in ports:
            if not isinstance(port, first):
                raise PortError(
                    f"{ports[0].label} is concatenated with {type(port).__name__}; "
                    f"allowed: {first.__name__}"
                )
            _link(port, self)
        self.concat_axis = axis

    @staticmethod
    def _get_new_shape(ports: list[AbstractPort], axis: int) -> tuple[int, ...]:
        """The shape of all of them together."""
        shapes = [port.shape for port in ports]
        if any(axis >= len(shape) for shape in shapes):
            raise exceptions.ConcatIndexError(f"shapes are {shapes}; axis is {axis}")
        others = {shape[:axis] + shape[axis + 1 :] for shape in shapes}
        if len(others) > 1:
            raise exceptions.ConcatShapeError(
                f"shapes are {shapes}; outside of axis {axis} they must be equal"
            )
        (other,) = others
        return (*other[:axis], sum(shape[axis] for shape in shapes), *other[axis:])

    def get_transform_func_fwd(self) -> Callable[..., Any]:
        """Refused, as in Lava 0.10."""
        raise _no_concat(self)

    def get_transform_func_bwd(self) -> Callable[..., Any]:
        """Refused, as in Lava 0.10."""
        raise _no_concat(self)

    def _order(self, n: int) -> NDArray[np.int64]:
        del n
        raise _no_concat(self)


def _no_concat(port: AbstractPort) -> NotSupportedError:
    """What running a concatenation ends with."""
    return NotSupportedError(
        f"{port.label}: concat_with does not run in Lava 0.10 either; give each port a "
        "connection process of its own and connect all of them to the same a_in"
    )


def _with_configs(ports: list[Any], configs: list[Any]) -> list[tuple[Any, Any]]:
    """Ports, each with its settings; settings of one are those of all."""
    chosen = configs * len(ports) if len(configs) == 1 else configs
    return list(zip(ports, chosen, strict=False))


def _reshaped(data: Any, shape: tuple[int, ...]) -> Any:
    """An array in another shape."""
    return np.reshape(data, shape)


def sources(port: AbstractPort) -> list[tuple[OutPort, NDArray[np.int64]]]:
    """The OutPorts behind a port, each with the element that every element of `port` is.

    A port of a sub-process that nothing feeds is found by its own process's ports.
    """
    if isinstance(port, OutPort) and not port.in_connections:
        return [(port, np.arange(port.size))]
    found = [pair for parent in port.in_connections for pair in sources(parent)]
    if isinstance(port, AbstractVirtualPort):
        return [(source, order[port._order(order.size)]) for source, order in found]
    return found


def neighbours(port: AbstractPort) -> list[Any]:
    """Processes at the other ends of a port's connections, and those in between."""
    ends = [*port.get_src_ports(), *port.get_dst_ports()]
    return [one.process for one in (*ends, *port.in_connections, *port.out_connections)]


def _link(source: AbstractPort, target: AbstractPort) -> None:
    """Connect two ports that fit."""
    if any(source is known for known in target.in_connections):
        raise exceptions.DuplicateConnectionError(
            f"{source.label} is already connected to {target.label}"
        )
    source.out_connections.append(target)
    target.in_connections.append(source)
