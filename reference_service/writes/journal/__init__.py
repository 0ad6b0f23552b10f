"""The local journal: changes are durable here while PostgreSQL is away, and get there afterwards."""
