"""State of a run: how descriptions become numbers in arenas, in fixed point and in float."""
