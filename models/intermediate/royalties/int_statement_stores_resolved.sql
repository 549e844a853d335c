-- Which platform and usage each store name of the statements means; a name that the seed lacks has no row.

with

names as (

    select distinct store_name from {{ ref('int_ledger_exports_counted') }}

),

stores as (

    select * from {{ ref('seed_store_names') }}

),

final as (

    select
        names.store_name,
        stores.platform_id,
        stores.usage_type
    from names
    inner join stores on {{ name_key('names.store_name') }} = stores.store_name

)

select * from final
