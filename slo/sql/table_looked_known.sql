-- What one look at all rows would tell, where it is known without.
CREATE TABLE looked AS
SELECT $1::BIGINT AS total, $2::BIGINT AS identified, $3::BIGINT AS first_ns, $4::BIGINT AS last_ns,
    $5::BIGINT AS latest_ns;
