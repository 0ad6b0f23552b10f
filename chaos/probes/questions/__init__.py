"""Questions whose answers show a fault inside a dependency that is there and answers, one file a protocol."""
