-- Expenses that no pattern names, by description, and amounts whose currency has no rate
-- (docs/how-it-works.md, rules 2 and 13).

with

lines as (

    select * from {{ ref('int_bank_lines_classified') }}
    where treatment <> 'rejected'

),

final as (

    select
        'expense' as kind,
        coalesce(description_key, '(no description)') as value,
        'bank' as source,
        cast(count(*) as bigint) as row_count,
        cast(sum(amount_usd) as decimal(24, 12)) as amount_usd,
        cast(null as bigint) as streams
    from lines
    where treatment = 'expense' and is_uncategorised
    group by description_key

    union all

    select
        'currency' as kind,
        coalesce(currency_code, 'account ' || account) as value,
        'bank' as source,
        cast(count(*) as bigint) as row_count,
        cast(null as decimal(24, 12)) as amount_usd,
        cast(null as bigint) as streams
    from lines
    where amount_usd is null
    group by coalesce(currency_code, 'account ' || account)

)

select * from final
