"""A load balancer before several instances of a service: what a deploy needs, and no more."""
