"""How often a tenant, or a client's address, may do what."""
