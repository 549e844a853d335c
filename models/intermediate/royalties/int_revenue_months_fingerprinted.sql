-- What each reporting month of `revenue_transactions` is made from: its exports, what its codes and names mean now, and the
-- seeds of stores and territories.

{{ config(materialized='table') }}

with

exports as (

    select * from {{ ref('int_ledger_months_fingerprinted') }}

),

names as (

    select distinct
        names.reporting_month,
        names.sale_month,
        {{ recording_key('names') }} as recording_key
    from {{ ref('int_statement_names_summed') }} as names
    where names.reject_reason is null

),

titles as (

    select * from {{ ref('int_statement_titles_resolved') }}

),

stores as (

    select {{ fingerprint_of(['store_name', 'platform_id', 'usage_type']) }} as fingerprint
    from {{ ref('seed_store_names') }}

),

territories as (

    select {{ fingerprint_of(['country_code', 'territory_id']) }} as fingerprint
    from {{ ref('seed_territories') }}

),

meanings as (

    select
        names.reporting_month,
        {{ fingerprint_of([
            'names.recording_key', 'names.sale_month', 'titles.track_id', 'titles.song_id', 'titles.artist_id'
        ]) }} as fingerprint
    from names
    inner join titles on names.recording_key = titles.recording_key and names.sale_month = titles.sale_month
    group by names.reporting_month

),

final as (

    select
        exports.reporting_month,
        exports.fingerprint || ' ' || meanings.fingerprint || ' ' || stores.fingerprint || ' ' || territories.fingerprint
            as fingerprint
    from exports
    inner join meanings on exports.reporting_month = meanings.reporting_month
    cross join stores
    cross join territories

)

select * from final
