-- What the last seeding made, so that the next one can tell whether it is still true.
CREATE TABLE seeding (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  arguments text NOT NULL,
  completed_at timestamptz NOT NULL DEFAULT now()
);
