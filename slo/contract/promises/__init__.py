"""One kind of promise a file: what it says in words, and what the numbers say of it. Pure."""
