"""Faults of the network, made by Toxiproxy, one a file."""
