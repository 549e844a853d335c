-- What an earlier extract stated, on days that a later one covers, and the later one lacks (design §3): statement
-- lines by content, daily figures by day. Small losses land and are listed here; large ones are quarantined.

with

exports as (

    select * from {{ ref('int_ledger_exports_counted') }}
    where reporting_date is not null

),

dates_kept as (

    select * from {{ ref('int_ledger_dates_kept') }}

),

dates_stated_again as (

    select distinct
        exports._account,
        exports.reporting_date
    from exports
    inner join dates_kept
        on
            exports._account = dates_kept._account
            and exports.reporting_date = dates_kept.reporting_date
            and exports._extract_id <> dates_kept._extract_id

),

exports_compared as (

    select distinct
        exports._account,
        exports._extract_id,
        exports.reporting_date
    from exports
    inner join dates_stated_again
        on exports._account = dates_stated_again._account and exports.reporting_date = dates_stated_again.reporting_date

),

ledger_landed as (

    select lines.*
    from {{ ref('stg_distrokid__bank_details') }} as lines
    inner join exports_compared
        on
            lines._account = exports_compared._account
            and lines._extract_id = exports_compared._extract_id
            and lines.reporting_date = exports_compared.reporting_date

),

ledger_kept as (

    select ledger_landed.*
    from ledger_landed
    inner join dates_kept
        on
            ledger_landed._account = dates_kept._account
            and ledger_landed._extract_id = dates_kept._extract_id
            and ledger_landed.reporting_date = dates_kept.reporting_date

),

ledger_extracts as (

    select
        _account,
        _extract_id,
        max(_extracted_at) as extracted_at,
        {{ ledger_line_key() }} as line_key,
        min(reporting_date) as observed_on,
        min(store_name) as store_name,
        min(title) as title,
        min(country_code) as country_code,
        min(earnings_usd) as earnings_usd,
        count(*) as line_count
    from ledger_landed
    group by _account, _extract_id, {{ ledger_line_key() }}

),

ledger_stated as (

    select
        _account,
        line_key,
        min(observed_on) as observed_on,
        min(store_name) as store_name,
        min(title) as title,
        min(country_code) as country_code,
        min(earnings_usd) as earnings_usd,
        max(line_count) as line_count,
        max(extracted_at) as last_stated_at
    from ledger_extracts
    group by _account, line_key

),

ledger_live as (

    select
        _account,
        {{ ledger_line_key() }} as line_key,
        count(*) as line_count
    from ledger_kept
    group by _account, {{ ledger_line_key() }}

),

ledger_lines as (

    select
        'distrokid.bank_details' as source_table,
        ledger_stated._account as account,
        coalesce(ledger_stated.store_name, '') || ', ' || coalesce(ledger_stated.title, '') || ', '
        || coalesce(ledger_stated.country_code, '') as subject,
        cast(ledger_stated.line_count - coalesce(ledger_live.line_count, 0) as bigint) as row_count,
        cast(
            ledger_stated.earnings_usd * cast(ledger_stated.line_count - coalesce(ledger_live.line_count, 0) as integer)
            as decimal(24, 12)
        ) as amount_usd,
        cast(null as bigint) as streams,
        ledger_stated.observed_on,
        ledger_stated.last_stated_at
    from ledger_stated
    left join ledger_live
        on ledger_stated._account = ledger_live._account and ledger_stated.line_key = ledger_live.line_key
    where ledger_stated.line_count > coalesce(ledger_live.line_count, 0)

),

daily_days as (

    {{ days_withdrawn(
        ref('stg_distrokid__streams_daily'),
        ref('int_distrokid_streams_daily_kept'),
        'distrokid.streams_daily'
    ) }}

    union all

    {{ days_withdrawn(
        ref('stg_distrokid__apple_daily'),
        ref('int_distrokid_apple_daily_kept'),
        'distrokid.apple_daily'
    ) }}

    union all

    {{ days_withdrawn(
        ref('stg_toolost__spotify_daily'),
        ref('int_toolost_spotify_daily_kept'),
        'toolost.spotify_daily'
    ) }}

    union all

    {{ days_withdrawn(ref('stg_toolost__apple_daily'), ref('int_toolost_apple_daily_kept'), 'toolost.apple_daily') }}

),

final as (

    select * from ledger_lines
    union all
    select * from daily_days

)

select * from final
