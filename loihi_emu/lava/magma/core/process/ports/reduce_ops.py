"""What an InPort does with several inputs: it adds them."""

from loihi_emu.lava._refusals import refuse_names

__getattr__ = refuse_names(__name__)


class AbstractReduceOp:
    """What an InPort does with several inputs."""


class ReduceSum(AbstractReduceOp):
    """Inputs are added, as without a reduce_op."""
