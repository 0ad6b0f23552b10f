"""What can be done to processes: found with their children, stopped, killed, started again."""
