-- The generations of projections, and how far each has come.
CREATE TABLE gesta_projections (
    generation INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice
    projection TEXT NOT NULL,           -- its name
    version INTEGER NOT NULL,           -- of the projection's code
    fingerprint INTEGER NOT NULL,       -- of the same
    indexes TEXT NOT NULL,              -- their names, with commas between them
    stage INTEGER NOT NULL DEFAULT 0,   -- 0 while it is being built, 1 once it answers, 2 when it is dropped
    paused INTEGER NOT NULL DEFAULT 0,  -- 1 if people want it to stand still
    position INTEGER NOT NULL DEFAULT 0, -- every event up to here is in the documents, or parked
    token INTEGER NOT NULL DEFAULT 0,   -- the last that was given out; nothing is written under another
    owner BLOB,                         -- who claimed it: a UUID, 16 bytes
    leased_at INTEGER,                  -- milliseconds since 1970-01-01T00:00:00Z
    lease INTEGER,                      -- how many milliseconds the owner holds it from then on
    fault_position INTEGER,             -- of the event that it cannot take
    fault TEXT,                         -- why it stands still
    has_tables INTEGER NOT NULL DEFAULT 0 -- 1 once tables of the user's own are set up
) STRICT;

-- Of each version one is being built at most, and one answers at most.
CREATE UNIQUE INDEX gesta_projections_live ON gesta_projections (projection, version, stage) WHERE stage < 2;

CREATE TABLE gesta_documents (
    generation INTEGER NOT NULL,
    key TEXT NOT NULL,
    document TEXT NOT NULL,             -- JSON, exactly as it was written
    PRIMARY KEY (generation, key)
) STRICT, WITHOUT ROWID;

-- The values that documents are listed by.
CREATE TABLE gesta_entries (
    generation INTEGER NOT NULL,
    number INTEGER NOT NULL,            -- which of the projection's indexes
    value BLOB NOT NULL,                -- in whose order documents are listed
    key TEXT NOT NULL,                  -- of the document
    PRIMARY KEY (generation, number, value, key)
) STRICT, WITHOUT ROWID;

-- Events that could not be taken, and those of the same keys behind them. What they say stands in the log.
CREATE TABLE gesta_parked (
    generation INTEGER NOT NULL,
    key TEXT NOT NULL,                  -- of the document that it would be folded into
    position INTEGER NOT NULL,
    error TEXT,                         -- why it could not be taken; null if it waits behind another
    attempts INTEGER NOT NULL,          -- how often it was tried
    request INTEGER,                    -- -1: try it again; its position: leave it out
    PRIMARY KEY (generation, key, position)
) STRICT, WITHOUT ROWID;
