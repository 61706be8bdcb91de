"""What a user describes: populations, connections, sources and probes, checked at once.

Enters: a user's numbers and rules. Leaves: a `Network`. May import: compiler and below.
"""
