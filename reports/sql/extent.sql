-- How many requests there are, and how many stretches of $bucket_ns from $start_ns on they and their ends lie in.
SELECT count(*), (greatest(max(intended_ns), max(ended_ns)) - $start_ns) // $bucket_ns + 1
FROM recorded WHERE intended_ns >= $start_ns OR ended_ns >= $start_ns;
