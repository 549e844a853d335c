-- Rows landed = superseded + in the mart + set aside + rejected; the amount of live rows = the mart's + the rejected one's.

select *
from {{ ref('row_accounting') }}
where
    rows_landed <> rows_superseded + rows_in_mart + rows_set_aside + rows_rejected
    or amount_live <> amount_in_mart + amount_rejected
