-- How many records there are, and how many requests they are of.
SELECT count(*), count(DISTINCT {worker: worker, sequence: sequence}) FROM recorded;
