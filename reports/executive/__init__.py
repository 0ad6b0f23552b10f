"""One page for people who read nothing else: what was tried, what users felt, what to do next. No jargon.

The door: `reports.executive.page`.
"""
