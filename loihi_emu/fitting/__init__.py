"""Adviser: a rule, weights and neurons in real numbers to the registers that come closest.

Example: `fit(FloatRule("0.01*x1*y0 - 0.012*y1*x0", x1=(1, 20), y1=(1, 20)), limits=(0, 1))`.
"""
