"""Names of Lava's `lava.magma.runtime`."""
