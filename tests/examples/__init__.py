"""The examples are run as they stand there, on ports of the tests' own."""
