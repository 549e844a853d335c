-- Every landed card, account and hand-kept line is in one transaction that counts, and every such transaction is
-- exactly one of expense, no expense and rejected: none is lost, none counts twice.

with

landed as (

    select bank_line_id from {{ ref('stg_bank__card') }}
    union
    select bank_line_id from {{ ref('stg_bank__checking') }}
    union
    select bank_line_id from {{ ref('stg_bank__purchases') }}

),

classified as (

    select
        bank_line_id,
        count(*) as row_count
    from {{ ref('int_bank_lines_classified') }}
    group by bank_line_id

)

select
    coalesce(landed.bank_line_id, classified.bank_line_id) as bank_line_id,
    classified.row_count
from landed
full outer join classified on landed.bank_line_id = classified.bank_line_id
where landed.bank_line_id is null or classified.bank_line_id is null or classified.row_count <> 1
