"""Several worker processes on one port: who starts them, restarts them, stops them, and what they tell."""
