"""Sessions: requests that follow from an arrival, one after another, with think times between them."""
