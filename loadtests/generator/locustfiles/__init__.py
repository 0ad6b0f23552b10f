"""Locustfiles of a user's own: what their users do becomes evidence, with arrivals of our own where their
classes are open.
"""
