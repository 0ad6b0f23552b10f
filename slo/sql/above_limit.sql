-- The 429s that a client brought upon itself: with all that was admitted in the window before it, this request
-- was more than limit + burst. Each client is a tenant and an operation.
--
-- The service saw a request at some instant from started to ended; which one, the client cannot know. A 429 is
-- the client's own doing when some choice of those instants puts it above its limit, so an admitted request is
-- in the window unless it ended a whole window before this one started, or started after this one ended.
-- A request that found no connection, or was itself rejected, used nothing of the limit.
CREATE TABLE above_limit AS
WITH refused AS (
    SELECT DISTINCT tier, tenant, operation FROM recorded WHERE outcome = 'rejected'
),
client AS (
    SELECT recorded.*, limits.capacity
    FROM recorded JOIN limits USING (tier, operation) SEMI JOIN refused USING (tier, tenant, operation)
    WHERE recorded.started_ns IS NOT NULL
),
admitted AS (
    SELECT * FROM client WHERE outcome NOT IN ('rejected', 'connection', 'undelivered')
),
by_start AS (
    SELECT tier, tenant, operation, started_ns,
        count(*) OVER (PARTITION BY tier, tenant, operation ORDER BY started_ns) AS started
    FROM admitted
),
by_end AS (
    SELECT tier, tenant, operation, ended_ns,
        count(*) OVER (PARTITION BY tier, tenant, operation ORDER BY ended_ns) AS ended
    FROM admitted
)
SELECT client.worker, client.sequence, client.step
FROM client
ASOF LEFT JOIN by_start
    ON client.tier = by_start.tier AND client.tenant = by_start.tenant
    AND client.operation = by_start.operation AND client.ended_ns >= by_start.started_ns
ASOF LEFT JOIN by_end
    ON client.tier = by_end.tier AND client.tenant = by_end.tenant
    AND client.operation = by_end.operation AND client.started_ns - $window_ns >= by_end.ended_ns
WHERE client.outcome = 'rejected'
    AND coalesce(by_start.started, 0) - coalesce(by_end.ended, 0) + 1 > client.capacity;
