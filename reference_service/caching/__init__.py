"""Answers kept for later: how they are named, written down, and how long they are worth something."""
