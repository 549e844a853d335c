with

seed_territories as (

    select * from {{ ref('seed_territories') }}

),

final as (

    select
        territory_id,
        country_code,
        country_name,
        region,
        {{ blank_to_null('currency_code') }} as currency_code
    from seed_territories

)

select * from final
