-- Rows of CSV files as text, strictly: a line with more or fewer values than its header is an error.
FROM read_csv(
    $files, delim = $delimiter, header = true, all_varchar = true, quote = '"', escape = '"', skip = 0,
    comment = '', strict_mode = true, null_padding = false, ignore_errors = false, union_by_name = true
);
