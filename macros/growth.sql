{#- Whether a distributor's figure of a day moves no more (docs/how-it-works.md, rule 9). -#}
{% macro is_settled(day) -%}
    {{ days_between(day, as_of_date()) }} > {{ var('settled_after_days') }}
{%- endmacro %}


{#- The measures that every monthly streams mart has, over rows of `streams_paired`. -#}

{% macro monthly_stream_measures() -%}
        cast(sum(paired.stream_count) as bigint) as stream_count,
        cast(count(distinct paired.stream_date) as bigint) as days_reported,
        cast(sum(paired.stream_count) filter (where paired.paired_stream_count is not null) as bigint)
            as like_for_like_stream_count,
        cast(sum(paired.paired_stream_count) as bigint) as previous_like_for_like_stream_count,
        {{ ratio(
            'sum(paired.stream_count) filter (where paired.paired_stream_count is not null)',
            'sum(paired.paired_stream_count)'
        ) }} - 1 as growth_ratio,
        max(paired.is_provisional) as has_provisional_days,
        min(paired.is_settled) as is_settled
{%- endmacro %}
