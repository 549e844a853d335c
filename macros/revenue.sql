{#- The measures that every revenue mart has, over rows of `revenue_transactions` named `transactions`. -#}

{% macro revenue_measures() -%}
        cast(count(*) as bigint) as line_count,
        cast(sum(transactions.quantity) as bigint) as quantity,
        cast(sum(transactions.gross_revenue_usd) as decimal(24, 12)) as gross_revenue_usd,
        cast(coalesce(sum(transactions.net_revenue_usd) filter (where transactions.transaction_type = 'promotion_fee'), 0) as decimal(24, 12))
            as promotion_fees_usd,
        cast(sum(transactions.net_revenue_usd) as decimal(24, 12)) as net_revenue_usd,
        cast(sum(transactions.songwriter_royalties_withheld_usd) as decimal(24, 12)) as songwriter_royalties_withheld_usd
{%- endmacro %}
