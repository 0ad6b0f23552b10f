-- Each bad request, answer or write of one objective, charged to all faults that were there while it lived, from the
-- first word of injecting to the verified healing, and to maintenance where it was intended in the phase of that name;
-- to none (the background) where nothing was broken.
-- Several causes stand in the order in which they were first injected.
WITH causes AS (
    SELECT cause, min(position) AS first FROM fault_windows GROUP BY cause
),
bad AS ({bad}),
charged AS (
    SELECT phase IS NOT DISTINCT FROM 'maintenance' AS maintained, (
        SELECT list(DISTINCT {first: first, cause: cause})
        FROM fault_windows JOIN causes USING (cause)
        WHERE injecting_ns <= bad.gone_ns AND bad.intended_ns < fault_windows.gone_ns
    ) AS charged_to
    FROM bad
),
ledger AS (
    SELECT maintained, list_sort(coalesce(charged_to, [])) AS charged_to, count(*) AS bad FROM charged GROUP BY ALL
)
SELECT list_transform(charged_to, lambda one: one.cause), maintained, bad
FROM ledger ORDER BY bad DESC, charged_to, maintained;
