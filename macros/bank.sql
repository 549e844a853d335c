{#- What the amounts of a bank's file say together. -#}

{#- An amount, its thousands' commas read where the other amounts of the file show that a point is its decimal's sign. -#}
{% macro grouped_money(text, plain, texts) %}
    {%- set points = [] -%}
    {%- set commas = [] -%}
    {%- for one in texts -%}
        {%- do points.append("coalesce(" ~ matches(one, "'[.][0-9]{1,2}[)]?$'") ~ ", false)") -%}
        {%- do commas.append("coalesce(" ~ matches(one, "',[0-9]{1,2}[)]?$'") ~ ", false)") -%}
    {%- endfor -%}
    coalesce(
        {{ plain }},
        case
            when
                max(case when {{ points | join(' or ') }} then 1 else 0 end) over (partition by _account, _extract_id) = 1
                and max(case when {{ commas | join(' or ') }} then 1 else 0 end) over (partition by _account, _extract_id) = 0
                then {{ money(grouped_number(text)) }}
        end
    )
{%- endmacro %}


{#- Whether a line lacks the digits of its card or account, in a file where other lines have them. -#}
{% macro lacks_digits(column) %}
    {%- set text = "trim(replace(" ~ column ~ ", '''', ''))" -%}
    {%- set has_digits = "coalesce(" ~ matches(text, "'^[0-9]{1,3}$|[0-9]{4}$'") ~ ", false)" -%}
    (
        not {{ has_digits }}
        and max(case when {{ has_digits }} then 1 else 0 end) over (partition by _account, _extract_id) = 1
    )
{%- endmacro %}


{#- Whether a column of a file, of one kind of line where one is named, has amounts below zero and none above. -#}
{% macro is_written_negative(amount, kind=none) %}
    {%- set file = '(partition by _account, _extract_id' ~ (', ' ~ kind if kind else '') ~ ')' -%}
    coalesce(max({{ amount }}) over {{ file }} <= 0 and min({{ amount }}) over {{ file }} < 0, false)
{%- endmacro %}
