/** Which store this is, and how it stands while it is moved. Frozen: changes go into the next migration. */

export const SQL = `
-- One row. id: see Identity. state: see StoreState, as JSON.
CREATE TABLE store (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  id TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT;
INSERT INTO store (only_row, id, state)
SELECT 1,
  substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-4' || substr(h, 14, 3) || '-8' || substr(h, 18, 3) || '-' || substr(h, 21),
  '{"type":"open"}'
FROM (SELECT lower(hex(randomblob(16))) AS h);

-- Ids of causes are above it, too: those that another store gave away, and holds no more, are not given again.
INSERT INTO counters (name, value) VALUES ('cause', 0);
`;
