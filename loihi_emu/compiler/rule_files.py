"""Rule files: those of the folder `rules`, by name, and any TOML file, by path.

The folder is inside an installed package, and beside the package in a clone. `rules/README.md` says
what a file holds; `loihi_emu.compiler.rule_toml` reads it.

>>> str(load_rule("pair-stdp-pelenet").rule.series["dw"])
'2^-2*y0*x1 - 2^-2*x0*y1'
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from loihi_emu.compiler.rule_toml import RuleFile, read_rule_file
from loihi_emu.compiler.synapse_setting import SynapseSetting
from loihi_emu.errors import FileError, ParameterError, unknown_name

__all__ = ["MAX_BYTES", "RuleFile", "SynapseSetting", "list_rules", "load_rule", "read_rule_file"]

MAX_BYTES = 65_536
"""Size of a rule file. Those in `rules` have some 500 bytes."""


def list_rules() -> list[str]:
    """Names of the rules that come with the package, in alphabetical order."""
    return sorted(
        entry.name.removesuffix(".toml") for entry in _folder().iterdir() if _is_rule(entry)
    )


def load_rule(name: str | Path, **parameters: str | int) -> RuleFile:
    """Load a rule file by name or path.

    Parameters
    ----------
    name : str or Path
        A name that `list_rules` gives, or a path: a `Path`, or text that ends in `.toml`.
    **parameters : str or int
        Other values for entries of the file's table `parameters`.

    Returns
    -------
    RuleFile

    Raises
    ------
    UnknownNameError
        No rule, or no parameter of the rule, has this name.
    FileError
        The file cannot be read.
    RuleError
        The file has faults; the error lists each with its path in the file.
    """
    if not isinstance(name, str | Path):
        raise ParameterError(f"name of a rule is {name!r:.60}; allowed: a name or a path")
    if isinstance(name, str) and not name.endswith(".toml"):
        if name not in list_rules():
            raise unknown_name("rule", name, list_rules())
        return read_rule_file(_read(_folder() / f"{name}.toml"), name, parameters)
    path = Path(name)
    return read_rule_file(_read(path), path.stem, parameters, str(path))


def _folder() -> Traversable:
    """The folder `rules`: inside an installed package, beside the package in a checkout."""
    inside = files("loihi_emu") / "rules"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "rules"


def _is_rule(entry: Traversable) -> bool:
    return entry.name.endswith(".toml")


def _read(path: Traversable | Path) -> str:
    """Text of the file, which must be UTF-8 and no longer than `MAX_BYTES`."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        text = content.decode("utf-8")
    except OSError as error:
        raise FileError(f"rule file {path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        # a NUL in the path, or bytes that are no text
        raise FileError(f"rule file {str(path)!r} cannot be read: {error}") from error
    if len(content) > MAX_BYTES:
        raise FileError(f"rule file {path} is longer than {MAX_BYTES} bytes")
    return text
