-- The category of each description: that of the first seeded pattern found in it; no row where none is.

with

descriptions as (

    select distinct {{ name_key('description') }} as description_key
    from {{ ref('int_bank_lines_unioned') }}
    where description is not null

),

categories as (

    select * from {{ ref('seed_expense_categories') }}

),

final as (

    select
        descriptions.description_key,
        categories.category,
        categories.note
    from descriptions
    inner join categories on {{ matches('descriptions.description_key', 'categories.pattern') }}
    qualify row_number() over (partition by descriptions.description_key order by categories.priority asc) = 1

)

select * from final
