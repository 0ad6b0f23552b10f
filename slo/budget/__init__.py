"""Error budgets: what is left, how fast it burns, which alerts would have told, what happens as it is
spent."""
