"""Draws random rule text, well formed or damaged.

Runs in Python 3.10 too. `plain` text has the shapes of the recorded cases; `wide` text adds
everything else the language has: constants before the variable, several literals, literals between
factors, a second spike dependency as a factor, mantissas and exponents at the ends of their ranges.
Example: `RuleTexts(default_rng(1)).series(k=3)` -> `'2^-1 * x0 * y1 - 5 * u3 * (w-4)'`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

TRACES = ("x1", "x2", "y1", "y2", "y3")
VARIABLES = ("w", "d", "t")


@dataclass(frozen=True)
class RuleTexts:
    """A source of rule text.

    Parameters
    ----------
    rng : numpy.random.Generator
    wide : bool
        Use the whole language instead of the recorded cases' shapes.
    spikes_as_factors : bool
        Allow a second x0 or y0 in a product (Lava's float model has no such factor).
    """

    rng: np.random.Generator
    wide: bool = False
    spikes_as_factors: bool = False

    def series(self, k: int) -> str:
        """A sum of one to four products; `k` is the exponent of every u."""
        text = ""
        for index in range(self._integer(1, 4)):
            if index:
                text += self._pick((" + ", " + ", " - "))
            elif self._chance(0.2):
                text += "-"
            text += self._product(k)
        return text

    def damaged(self, text: str) -> str:
        """`text` after one to three random deletions, insertions or exchanges of characters."""
        for _ in range(self._integer(1, 3)):
            at = self._integer(0, len(text) - 1) if text else 0
            kind = self._integer(0, 2)
            inserted = self._pick(tuple("0123^*+-() wxyzdtsgnu ")) if kind else ""
            text = text[:at] + inserted + text[at + (kind != 1) :]
        return text

    def _product(self, k: int) -> str:
        dependency = self._pick(("x0", "y0", f"u{k}"))
        parts = [dependency]
        factors = [self._factor() for _ in range(self._integer(0, 3))]
        if self.spikes_as_factors and dependency != f"u{k}" and self._chance(0.2):
            factors.append(self._pick(("x0", "y0")))
        literals = self._literals()
        if not self.wide:
            parts = literals + parts if self._chance(0.6) else parts + literals
            return " * ".join(parts + factors)
        parts += factors + literals
        order = self.rng.permutation(len(parts)) if self._chance(0.5) else range(len(parts))
        shuffled = [parts[index] for index in order]
        return self._pick((" * ", "*", " *  ")).join(_spike_first(shuffled, parts[0]))

    def _literals(self) -> list[str]:
        if self._chance(0.15):
            return []
        if not self.wide or self._chance(0.4):
            mantissa, exponent = self._integer(1, 7), self._integer(-6, 3)
        else:
            mantissa, exponent = self._integer(1, 8), self._integer(-7, 8)
            if mantissa == 8:
                exponent = min(exponent, 7)
            if self._chance(0.3) and exponent > 0:
                return [str(mantissa * 2**exponent)]
            if self._chance(0.3):
                split = self._integer(0, 3)
                return [f"2^{-split}", f"{mantissa}*2^{exponent + split}"]
            return [f"{mantissa}*2^{exponent}"]
        return [self._pick((str(mantissa), f"2^{exponent}", f"{mantissa}*2^{exponent}"))]

    def _factor(self) -> str:
        kind = self._integer(0, 9)
        if kind < 4:
            return self._pick(TRACES)
        if kind < 5:
            return self._shifted(self._pick(TRACES), 127 if self.wide else 19)
        if kind < 7:
            return self._pick(VARIABLES)
        if kind < 8:
            return self._shifted(self._pick(VARIABLES), 255 if self.wide else 58)
        variable = self._pick(VARIABLES)
        if self._chance(0.5):
            return f"sgn({variable})"
        constant = self._integer(1, 255 if self.wide and self._chance(0.3) else 19)
        return f"sgn({variable}{self._pick(('+', '-'))}{constant})"

    def _shifted(self, variable: str, largest: int) -> str:
        constant = self._integer(1, largest)
        forms = [f"({variable}+{constant})", f"({variable}-{constant})"]
        if self.wide:
            forms += [f"({constant}+{variable})", f"({constant} - {variable})", f"({variable}+0)"]
        return self._pick(tuple(forms))

    def _integer(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def _chance(self, probability: float) -> bool:
        return bool(self.rng.random() < probability)

    def _pick(self, choices: tuple[str, ...]) -> str:
        return choices[self._integer(0, len(choices) - 1)]


def _spike_first(parts: list[str], dependency: str) -> list[str]:
    """`parts` with the product's own dependency before any second one: the first one counts."""
    first = next(index for index, part in enumerate(parts) if part in ("x0", "y0", dependency))
    own = parts.index(dependency)
    parts[first], parts[own] = parts[own], parts[first]
    return parts
