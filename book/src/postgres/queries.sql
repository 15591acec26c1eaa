-- ANCHOR: position
SELECT position FROM gesta_counter;
-- ANCHOR_END: position

-- ANCHOR: look
-- The last events of an aggregate, by an index.
SELECT version, position, recorded_at, name, payload
FROM gesta_log WHERE stream = 'Account/alice' ORDER BY version DESC LIMIT 20;

-- The largest aggregates. This reads the whole table.
SELECT stream, count(*) AS events, pg_size_pretty(sum(octet_length(payload::text))) AS json
FROM gesta_log GROUP BY stream ORDER BY events DESC LIMIT 20;

-- Which events there are, in which versions of their shape. So does this.
SELECT name, schema, count(*) AS events, min(position) AS first, max(position) AS last
FROM gesta_log GROUP BY name, schema ORDER BY name, schema;

-- What the tables take, with their indexes.
SELECT relname, pg_size_pretty(pg_total_relation_size(oid)) AS size
FROM pg_class WHERE relname LIKE 'gesta%' AND relkind = 'r' ORDER BY relname;
-- ANCHOR_END: look

-- ANCHOR: read_models
-- How far each read model has come, and why it stands still.
SELECT projection, version, generation, stage, position, fault_position, fault
FROM gesta_projections ORDER BY projection, generation;

-- The documents of one of them, those that answer questions.
SELECT d.key, d.document ->> 'balance' AS balance
FROM gesta_documents AS d JOIN gesta_projections AS p ON p.generation = d.generation
WHERE p.projection = 'Statement' AND p.version = 1 AND p.stage = 1 ORDER BY d.key LIMIT 20;
-- ANCHOR_END: read_models

-- ANCHOR: waiting
-- Who waits for whom, and for how long the other's transaction has been open.
SELECT waits.pid AS waits, holds.pid AS holds, holds.application_name, holds.state,
    clock_timestamp() - holds.xact_start AS since, holds.query
FROM pg_stat_activity AS waits
CROSS JOIN LATERAL unnest(pg_blocking_pids(waits.pid)) AS blocking (pid)
JOIN pg_stat_activity AS holds ON holds.pid = blocking.pid;
-- ANCHOR_END: waiting
