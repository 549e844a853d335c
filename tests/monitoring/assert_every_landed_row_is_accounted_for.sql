-- Rows landed = superseded + in a mart + set aside + rejected; the amount of live rows = the mart's + that of rows set aside
-- or rejected. No part is negative.

select *
from {{ ref('row_accounting') }}
where
    rows_landed <> rows_superseded + rows_in_mart + rows_set_aside + rows_rejected
    or amount_live <> amount_in_mart + amount_set_aside + amount_rejected
    or least(rows_superseded, rows_in_mart, rows_set_aside, rows_rejected) < 0
