-- Codes and names that statements state, by reporting month: a hundredth of the ledger, from which names are resolved and
-- live lines are accounted for. `isrc_unread` is the code of lines whose ISRC is none. Each line that can't be read has a
-- row of its own, so that nobody looks for it again.

{{ config(**by_month('reporting_month', 'int_ledger_months_fingerprinted')) }}

with

lines as (

    select * from {{ ref('int_distrokid_bank_details_kept') }}
    where
        {{ is_to_build('reporting_month', 'int_ledger_months_fingerprinted') }}
        and {{ is_of_export_to_build('int_ledger_months_fingerprinted') }}

),

final as (

    select
        ---------- ids
        isrc,
        upc,
        case when isrc is null then isrc_as_stated end as isrc_unread,

        ---------- strings
        artist_name,
        title,
        reject_reason,

        ---------- numerics
        case when reject_reason is not null then _row_number end as row_number,
        cast(count(*) as bigint) as line_count,
        cast(sum(quantity) as bigint) as quantity,
        cast(sum(earnings_usd) as decimal(24, 12)) as earnings_usd,

        ---------- dates
        reporting_month,
        sale_month,

        ---------- lineage
        _account,
        _extract_id,
        max(_extracted_at) as _extracted_at
    from lines
    group by
        isrc,
        upc,
        case when isrc is null then isrc_as_stated end,
        artist_name,
        title,
        reject_reason,
        case when reject_reason is not null then _row_number end,
        reporting_month,
        sale_month,
        _account,
        _extract_id

)

select * from final
