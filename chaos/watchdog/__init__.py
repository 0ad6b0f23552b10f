"""Healing what a runner left broken when it died, or when its lease ended: by a process of its own."""
