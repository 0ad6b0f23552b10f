"""Locks that workers share, for what two of them must not do at once."""
