"""What an answer must be like, and what is taken from it for later steps, as written in a scenario."""
