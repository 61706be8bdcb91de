"""Names of Lava's `lava.magma.core.process`."""
