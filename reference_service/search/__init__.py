"""What a client may ask, how Elasticsearch is asked, and where the answer comes from on a bad day."""
