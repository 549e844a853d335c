-- The rejects listed are as many as the accounting says, table by table.

select
    counted.source_table,
    counted.rows_rejected,
    count(rejects.source_table) as rows_listed
from {{ ref('row_accounting') }} as counted
left join {{ ref('rejects') }} as rejects on split_part(counted.source_table, ',', 1) = rejects.source_table
group by counted.source_table, counted.rows_rejected
having counted.rows_rejected <> count(rejects.source_table)
