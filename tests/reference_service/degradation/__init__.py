"""Every fault of every dependency against every operation, what the table says, in time."""
