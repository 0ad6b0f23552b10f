-- When the first and the last request were intended.
SELECT first_ns, last_ns FROM recorded_span;
