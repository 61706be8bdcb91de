"""Names of Lava's `lava.utils`."""
