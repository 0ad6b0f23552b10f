"""What an administrator of a dependency may do, one file a dependency: small, blocking, with time limits."""
