{%- set withheld = adapter.quote('Songwriter Royalties Withheld') -%}
{%- set withheld_usd = adapter.quote('Songwriter Royalties Withheld (USD)') -%}

with

source as (

    select * from {{ source('distrokid', 'bank_details') }}

),

renamed as (

    select
        ---------- ids
        _account || '|' || _row_sha || '|' || cast(_occurrence as string) as statement_line_id,
        {{ isrc('ISRC') }} as isrc,
        {{ blank_to_null('UPC') }} as upc,

        ---------- strings
        {{ blank_to_null('Store') }} as store_name,
        {{ blank_to_null('Artist') }} as artist_name,
        {{ blank_to_null('Title') }} as title,
        {{ blank_to_null('ISRC') }} as isrc_as_stated,
        coalesce({{ blank_to_null(adapter.quote('Source Type')) }}, {{ blank_to_null(adapter.quote('Song/Album')) }})
            as source_type,
        upper({{ blank_to_null(adapter.quote('Country of Sale')) }}) as country_code,
        trim(Quantity) as quantity_text,
        trim({{ adapter.quote('Earnings (USD)') }}) as earnings_text,

        {{ unread(
            'coalesce(' ~ withheld_usd ~ ', ' ~ withheld ~ ')',
            '(' ~ money('coalesce(' ~ withheld_usd ~ ', ' ~ withheld ~ ')') ~ ')',
            'Songwriter Royalties Withheld'
        ) }} as withheld_problem,
        {{ unread(adapter.quote('Recoup (USD)'), '(' ~ money(adapter.quote('Recoup (USD)')) ~ ')', 'Recoup (USD)') }}
            as recoup_problem,

        ---------- numerics
        {{ whole_number('Quantity') }} as quantity,
        {{ money(adapter.quote('Earnings (USD)')) }} as earnings_usd,
        {{ money('coalesce(' ~ withheld_usd ~ ', ' ~ withheld ~ ')') }} as songwriter_royalties_withheld_usd,
        {{ money(adapter.quote('Recoup (USD)')) }} as recoup_usd,
        {{ money(adapter.quote('Team Percentage')) }} as team_percentage,

        ---------- dates
        {{ parsed_date(adapter.quote('Reporting Date'), 'iso') }} as reporting_date,
        {{ month_start(adapter.quote('Sale Month')) }} as sale_month,
        trim({{ adapter.quote('Reporting Date') }}) as reporting_date_text,
        trim({{ adapter.quote('Sale Month') }}) as sale_month_text,

        ---------- lineage
        _account,
        _extract_id,
        _extracted_at,
        _sequence,
        _covers_from,
        _covers_to,
        _row_number

    from source

),

judged as (

    select
        *,
        case
            when reporting_date is null then 'Reporting Date can''t be read: ' || coalesce(reporting_date_text, '')
            when sale_month is null then 'Sale Month can''t be read: ' || coalesce(sale_month_text, '')
            when quantity is null then 'Quantity is no whole number: ' || coalesce(quantity_text, '')
            when earnings_usd is null
                then 'Earnings (USD) is no plain decimal of up to 12 places: ' || coalesce(earnings_text, '')
            else coalesce(withheld_problem, recoup_problem)
        end as reject_reason
    from renamed

)

select * from judged
