"""Errors of connecting ports, by Lava's names."""

from loihi_emu.lava._refusals import PortError


class ReshapeError(PortError):
    """A new shape has another number of elements."""


class ConcatShapeError(PortError):
    """Ports to be concatenated differ outside the axis."""


class ConcatIndexError(PortError):
    """The axis of a concatenation does not exist."""


class TransposeShapeError(PortError):
    """Axes are not as many as the shape has."""


class TransposeIndexError(PortError):
    """An axis does not exist."""


class DuplicateConnectionError(PortError):
    """Two ports are already connected."""


class VarNotSharableError(PortError):
    """A variable that is not shareable cannot be reached by a port."""
