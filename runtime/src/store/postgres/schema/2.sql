-- The generations of projections, and how far each has come. Every batch changes a row; each page has room for many old
-- versions of it.
CREATE TABLE gesta.projections (
    generation bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- never given twice
    version bigint NOT NULL,            -- of the projection's code
    fingerprint bigint NOT NULL,        -- of the same
    stage bigint NOT NULL DEFAULT 0,    -- 0 while it is being built, 1 once it answers, 2 when it is dropped
    position bigint NOT NULL DEFAULT 0, -- every event up to here is in the documents, or parked
    token bigint NOT NULL DEFAULT 0,    -- the last that was given out; nothing is written under another
    leased timestamptz,                 -- until when its owner holds it
    fault_position bigint,              -- of the event that it cannot take
    owner uuid,                         -- who holds it
    paused boolean NOT NULL DEFAULT false,
    has_tables boolean NOT NULL DEFAULT false, -- whether tables of the user's own are set up
    projection text COLLATE "C" NOT NULL,
    indexes text NOT NULL,              -- their names, with commas between them
    fault text                          -- why it stands still
) WITH (fillfactor = 10);

-- Of each version one is being built at most, and one answers at most.
CREATE UNIQUE INDEX ON gesta.projections (projection, version) WHERE stage = 0;
CREATE UNIQUE INDEX ON gesta.projections (projection, version) WHERE stage = 1;

-- A page has room for another version of each of its rows, so that one that is changed stays where its key leads to.
CREATE TABLE gesta.documents (
    generation bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    document json NOT NULL,             -- the text, exactly as it was written
    PRIMARY KEY (generation, key)
) WITH (fillfactor = 50);

-- The values that documents are listed by.
CREATE TABLE gesta.entries (
    generation bigint NOT NULL,
    index bigint NOT NULL,              -- which of the projection's indexes
    value bytea NOT NULL,               -- in whose order documents are listed
    key text COLLATE "C" NOT NULL,      -- of the document
    PRIMARY KEY (generation, index, value, key)
);

-- Events that could not be taken, and those of the same keys behind them. What they say stands in the log.
CREATE TABLE gesta.parked (
    generation bigint NOT NULL,
    position bigint NOT NULL,
    attempts bigint NOT NULL,           -- how often it was tried
    request bigint,                     -- -1: try it again; its position: leave it out
    key text COLLATE "C" NOT NULL,      -- of the document that it would be folded into
    error text,                         -- why it could not be taken; none if it waits behind another
    PRIMARY KEY (generation, key, position)
);
