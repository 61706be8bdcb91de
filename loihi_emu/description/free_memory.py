"""Free memory, and an error for what would exceed it, before anything is allocated."""

from __future__ import annotations

import os
from typing import Final

from loihi_emu.errors import ParameterError

_ALWAYS_FITS: Final = 1 << 24
"""Bytes that are not worth asking the system about."""


def free_memory() -> int | None:
    """Bytes of memory free for use, or None where the system does not say."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def format_bytes(n_bytes: int) -> str:
    """Bytes as a person reads them."""
    size = float(n_bytes)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"


def check_memory(what: str, n_bytes: int, parts: str = "") -> None:
    """Raise an error if `n_bytes` exceed free memory.

    Raises
    ------
    ParameterError
        It states the sum, and `parts` if given.
    """
    if n_bytes < _ALWAYS_FITS:
        return
    free = free_memory()
    if free is not None and n_bytes > free:
        raise ParameterError(
            f"{what} needs {format_bytes(n_bytes)} of memory; free: {format_bytes(free)}{parts}"
        )
