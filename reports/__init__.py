"""What people read: HTML, JUnit, Markdown and terminal, from verdicts and evidence.

Nothing is decided here: verdicts come from `verdict.json`, series from `slo`. This room only rounds,
arranges and draws.
"""
