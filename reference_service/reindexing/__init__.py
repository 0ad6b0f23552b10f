"""Brings a tenant's documents into a new index while writes and searches go on."""
