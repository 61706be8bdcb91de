"""What a queue into or out of processes does where it is full or empty: `ChannelConfig`."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from enum import IntEnum, auto
from typing import Any

import numpy as np

from loihi_emu.errors import ParameterError
from loihi_emu.lava._refusals import ArgumentError, refuse_names

__getattr__ = refuse_names(
    __name__, "validate_shape", "validate_buffer_size", "validate_channel_config"
)


class SendFull(IntEnum):
    """A sender where the queue is full waits, or drops the array with a warning."""

    BLOCKING = auto()
    NON_BLOCKING_DROP = auto()


class ReceiveEmpty(IntEnum):
    """A receiver where the queue is empty waits, or receives zeros."""

    BLOCKING = auto()
    NON_BLOCKING_ZEROS = auto()


class ReceiveNotEmpty(IntEnum):
    """A receiver takes the oldest array, or the sum of all."""

    FIFO = auto()
    ACCUMULATE = auto()


@dataclass
class ChannelConfig:
    """What a queue does."""

    send_full: SendFull = SendFull.BLOCKING
    receive_empty: ReceiveEmpty = ReceiveEmpty.BLOCKING
    receive_not_empty: ReceiveNotEmpty = ReceiveNotEmpty.FIFO


def send(config: ChannelConfig, end: Any, data: Any) -> None:
    """Send an array to one end of a pipe."""
    if config.send_full is SendFull.NON_BLOCKING_DROP and not end.pipe.has_room():
        warnings.warn("Send buffer is full. Dropping items ...", stacklevel=3)
        return
    end.send(data)


def receive(config: ChannelConfig, end: Any) -> Any:
    """Receive from one end of a pipe."""
    n = end.pipe.waiting
    if n == 0 and config.receive_empty is ReceiveEmpty.NON_BLOCKING_ZEROS:
        return np.zeros(end.shape)
    if n == 0 or config.receive_not_empty is ReceiveNotEmpty.FIFO:
        return end.recv()
    return sum((end.recv() for _ in range(n)), start=np.zeros(end.shape))


def validate_shape(shape: Any) -> None:
    """Refuse what is no tuple of whole numbers from 1.

    Raises
    ------
    ArgumentError, ParameterError
        Of another type, or too small.
    """
    if not isinstance(shape, tuple) or not all(isinstance(n, (int, np.integer)) for n in shape):
        raise ArgumentError(f"shape is {shape!r}; allowed: a tuple of whole numbers")
    if any(n <= 0 for n in shape):
        raise ParameterError(f"shape is {shape!r}; allowed: whole numbers from 1")


def validate_buffer_size(buffer_size: Any) -> None:
    """Refuse what is no whole number from 1.

    Raises
    ------
    ArgumentError, ParameterError
        Of another type, or too small.
    """
    if not isinstance(buffer_size, (int, np.integer)):
        raise ArgumentError(f"buffer_size is {buffer_size!r}; allowed: a whole number")
    if buffer_size <= 0:
        raise ParameterError(f"buffer_size is {buffer_size}; allowed: 1 or more")


def validate_channel_config(channel_config: Any) -> None:
    """Refuse what is no ChannelConfig of the three enumerations.

    Raises
    ------
    ArgumentError
    """
    if not isinstance(channel_config, ChannelConfig):
        raise ArgumentError(f"channel_config is {channel_config!r}; allowed: a ChannelConfig")
    kinds = {
        "send_full": SendFull, "receive_empty": ReceiveEmpty, "receive_not_empty": ReceiveNotEmpty
    }  # fmt: skip
    for name, kind in kinds.items():
        given = getattr(channel_config, name)
        if not isinstance(given, kind):
            raise ArgumentError(f"{name} is {given!r}; allowed: a {kind.__name__}")
