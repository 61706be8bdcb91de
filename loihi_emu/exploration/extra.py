"""Libraries of the extra `sweep`: imported where they are needed, refused plainly where they miss.

Example: `require("optuna", "a guided search")`.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

from loihi_emu.errors import MissingExtraError


def require(library: str, what_for: str) -> Any:
    """The module of a library.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    try:
        with warnings.catch_warnings():  # tqdm, which Optuna loads, warns in every notebook
            warnings.filterwarnings("ignore", "IProgress not found")
            return import_module(library)
    except ImportError as error:
        raise MissingExtraError(
            f"{what_for} needs {library.partition('.')[0]}: pip install 'loihi-emu[sweep]'"
        ) from error
