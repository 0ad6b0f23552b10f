"""What people read of a comparison: terminal, HTML, Markdown, JUnit, JSON.

The door: `reports.comparison.forms`.
"""
