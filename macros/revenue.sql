{#- The measures that every revenue mart has, over rows named `summed`: sums of `revenue_transactions`. -#}

{% macro revenue_measures() -%}
        cast(sum(summed.line_count) as bigint) as line_count,
        cast(sum(summed.quantity) as bigint) as quantity,
        cast(sum(summed.gross_revenue_usd) as decimal(24, 12)) as gross_revenue_usd,
        cast(sum(summed.promotion_fees_usd) as decimal(24, 12)) as promotion_fees_usd,
        cast(sum(summed.net_revenue_usd) as decimal(24, 12)) as net_revenue_usd,
        cast(sum(summed.songwriter_royalties_withheld_usd) as decimal(24, 12)) as songwriter_royalties_withheld_usd
{%- endmacro %}


{#- The same measures, over rows of `revenue_transactions`. -#}
{% macro revenue_sums() -%}
        cast(count(*) as bigint) as line_count,
        cast(sum(quantity) as bigint) as quantity,
        cast(sum(gross_revenue_usd) as decimal(24, 12)) as gross_revenue_usd,
        cast(coalesce(sum(net_revenue_usd) filter (where transaction_type = 'promotion_fee'), 0) as decimal(24, 12))
            as promotion_fees_usd,
        cast(sum(net_revenue_usd) as decimal(24, 12)) as net_revenue_usd,
        cast(sum(songwriter_royalties_withheld_usd) as decimal(24, 12)) as songwriter_royalties_withheld_usd
{%- endmacro %}
