"""Who asks: API keys, and the tenants and permissions they stand for."""
