{#- The measures of every revenue mart: sums over rows of `revenue_summed_by_…`, named `summed`. -#}
{% macro revenue_measures() -%}
        cast(sum(summed.line_count) as bigint) as line_count,
        cast(sum(summed.quantity) as bigint) as quantity,
        cast(sum(summed.gross_revenue_usd) as decimal(24, 12)) as gross_revenue_usd,
        cast(sum(summed.promotion_fees_usd) as decimal(24, 12)) as promotion_fees_usd,
        cast(sum(summed.refunds_usd) as decimal(24, 12)) as refunds_usd,
        cast(sum(summed.penalties_usd) as decimal(24, 12)) as penalties_usd,
        cast(sum(summed.adjustments_usd) as decimal(24, 12)) as adjustments_usd,
        cast(sum(summed.net_revenue_usd) as decimal(24, 12)) as net_revenue_usd,
        cast(sum(summed.songwriter_royalties_withheld_usd) as decimal(24, 12)) as songwriter_royalties_withheld_usd
{%- endmacro %}


{#- The same measures, over rows of `revenue_transactions`: net is split by the type of the line. -#}
{% macro revenue_sums() -%}
        cast(count(*) as bigint) as line_count,
        cast(sum(quantity) as bigint) as quantity,
        {{ net_of_type('sale') }} as gross_revenue_usd,
        {{ net_of_type('promotion_fee') }} as promotion_fees_usd,
        {{ net_of_type('refund') }} as refunds_usd,
        {{ net_of_type('penalty') }} as penalties_usd,
        {{ net_of_type('adjustment') }} as adjustments_usd,
        cast(sum(net_revenue_usd) as decimal(24, 12)) as net_revenue_usd,
        cast(sum(songwriter_royalties_withheld_usd) as decimal(24, 12)) as songwriter_royalties_withheld_usd
{%- endmacro %}


{#- Net of the lines of one type; 0 where there is no such line. -#}
{% macro net_of_type(transaction_type) -%}
    cast(coalesce(sum(net_revenue_usd) filter (where transaction_type = '{{ transaction_type }}'), 0) as decimal(24, 12))
{%- endmacro %}


{#- One row of a revenue mart's measures in all, for tests. `figure` names it. -#}
{% macro revenue_totals(mart) %}
    select
        '{{ mart }}' as figure,
        coalesce(sum(line_count), 0) as line_count,
        coalesce(sum(quantity), 0) as quantity,
        coalesce(sum(gross_revenue_usd), 0) as gross_revenue_usd,
        coalesce(sum(promotion_fees_usd), 0) as promotion_fees_usd,
        coalesce(sum(refunds_usd), 0) as refunds_usd,
        coalesce(sum(penalties_usd), 0) as penalties_usd,
        coalesce(sum(adjustments_usd), 0) as adjustments_usd,
        coalesce(sum(net_revenue_usd), 0) as net_revenue_usd,
        coalesce(sum(songwriter_royalties_withheld_usd), 0) as songwriter_royalties_withheld_usd
    from {{ ref(mart) }}
{%- endmacro %}
