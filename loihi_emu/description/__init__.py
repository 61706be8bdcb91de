"""What a user describes: populations, connections, sources and probes, checked at the door.

Enters: numbers and rules of a user. Leaves: a `Network`. May import: compiler and below.
"""
