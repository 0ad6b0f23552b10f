"""A search for the combination and timing of faults under which promises break."""
