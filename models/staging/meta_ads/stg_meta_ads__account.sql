with

source as (

    select * from {{ source('meta_ads', 'account') }}

),

renamed as (

    select
        ---------- ids
        {{ blank_to_null('id') }} as account_id,

        ---------- strings
        {{ blank_to_null('name') }} as account_name,
        upper({{ blank_to_null('currency') }}) as currency_code,
        {{ blank_to_null('timezone_name') }} as timezone_name,

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
        case when account_id is null then 'id is missing' end as reject_reason
    from renamed

)

select * from judged
