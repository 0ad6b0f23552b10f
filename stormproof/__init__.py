"""The command line, and the run of a game-day plan: the only room that knows all others."""
