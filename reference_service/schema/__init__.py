"""The database's schema: numbered SQL files, applied forward only."""
