"""What process models ask for by `requires`; everything here runs on the CPU."""

from __future__ import annotations

from typing import Any, ClassVar

from loihi_emu.lava._refusals import refuse_names

__getattr__ = refuse_names(__name__)


class AbstractResource:
    """Something that a model needs to run."""


class AbstractComputeResource(AbstractResource):
    """Something that computes."""


class CPU(AbstractComputeResource):
    """A processor of this computer."""


class HostCPU(AbstractComputeResource):
    """A processor of a chip's host."""


class GPU(AbstractComputeResource):
    """A graphics processor."""


class ECPU(AbstractComputeResource):
    """A processor embedded in a chip."""


class LMT(ECPU):
    """An embedded Lakemont processor."""


class PB(ECPU):
    """An embedded Powell Butte processor."""


class NeuroCore(AbstractComputeResource):
    """A core of a chip."""


class Loihi1NeuroCore(NeuroCore):
    """A core of a Loihi 1."""


class Loihi2NeuroCore(NeuroCore):
    """A core of a Loihi 2."""


class AbstractPeripheralResource(AbstractResource):
    """A device."""


class DVS(AbstractPeripheralResource):
    """An event camera."""


class HardDrive(AbstractPeripheralResource):
    """A disk."""


class HeadNodeHardDrive(AbstractPeripheralResource):
    """A disk of the computer that a script runs on."""


class AbstractNode:
    """A computer or board."""

    resources: ClassVar[list[Any]] = []


class GenericNode(AbstractNode):
    """A computer with a disk."""

    resources: ClassVar[list[Any]] = [CPU, HardDrive]


class HeadNode(GenericNode):
    """The computer that a script runs on."""

    resources: ClassVar[list[Any]] = [CPU, HeadNodeHardDrive]


class Loihi1System(AbstractNode):
    """A board of Loihi 1 chips."""


class KapohoBay(Loihi1System):
    """A stick with two chips."""

    resources: ClassVar[list[Any]] = [Loihi1NeuroCore, LMT]


class Nahuku(Loihi1System):
    """A board of up to 32 chips."""

    resources: ClassVar[list[Any]] = [CPU, Loihi1NeuroCore, LMT]


class Pohoiki(Loihi1System):
    """Several boards."""

    resources: ClassVar[list[Any]] = [CPU, Loihi1NeuroCore, LMT]


class Loihi2System(AbstractNode):
    """A board of Loihi 2 chips."""


class OheoGulch(Loihi2System):
    """A board with one chip."""

    resources: ClassVar[list[Any]] = [Loihi2NeuroCore, LMT, PB]


class KapohoPoint(Loihi2System):
    """A board of eight chips."""

    resources: ClassVar[list[Any]] = [Loihi2NeuroCore, LMT, PB]


class Unalaska(Loihi2System):
    """A server board."""

    resources: ClassVar[list[Any]] = [CPU, Loihi2NeuroCore, LMT, PB]
