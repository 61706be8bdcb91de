"""Names of Lava's `lava.magma.compiler`."""
