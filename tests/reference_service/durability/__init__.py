"""No acknowledged write is lost: seeded schedules of writes, deaths and outages, and what they leave."""
