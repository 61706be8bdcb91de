"""Errors of connecting ports, by Lava's names."""

from loihi_emu.lava._refusals import PortError


class ReshapeError(PortError):
    """A new shape has another number of elements."""


class TransposeShapeError(PortError):
    """Axes are not as many as the shape has."""


class TransposeIndexError(PortError):
    """An axis does not exist."""


class DuplicateConnectionError(PortError):
    """Two ports are already connected."""
