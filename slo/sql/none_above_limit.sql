-- What `above_limit` is where nothing was refused: nobody was above a limit.
CREATE TABLE above_limit (worker VARCHAR, sequence BIGINT, step SMALLINT);
