"""Text with ${names} in it: taken apart once, filled in for each request."""
