"""One module per dependency: it keeps the client library to itself and turns its errors into ours."""
