{#-
    Of ranges that overlap, which to add up: the set without a common day that covers most days and, of equal sets, the
    newest, compared from its newest member down. An aggregate over the ranges of one group, each with
    - `number`: its place by last day, from 1; `ended_before`: how many ranges end before it begins
    - `day_count`: its days; `place`: its place by age, the newest is 1.
    It gives a text: the days covered, eight digits, then for each place a 1 or 0: chosen or not.

    The best set of the first n ranges is the better of two: the best one without the last range, or that range with the best
    set of those that end before it. So one pass in order of the last day finds it, keeping the best set of each n; sets
    compare as text.
-#}
{% macro best_ranges(number, ended_before, day_count, place) -%}
    {{ return(adapter.dispatch('best_ranges')(number, ended_before, day_count, place)) }}
{%- endmacro %}

{% macro duckdb__best_ranges(number, ended_before, day_count, place) -%}
    list_reduce(
        list(
            [cast({{ ended_before }} + 1 as string), cast({{ day_count }} as string), cast({{ place }} as string)]
            order by {{ number }}
        ),
        lambda best, one: list_append(
            best,
            greatest(
                best[-1],
                {{ set_with_range('best[cast(one[1] as integer)]', 'cast(one[2] as integer)', 'cast(one[3] as integer)') }}
            )
        ),
        [repeat('0', cast(8 + count(*) as integer))]
    )[-1]
{%- endmacro %}

{% macro spark__best_ranges(number, ended_before, day_count, place) -%}
    element_at(
        aggregate(
            array_sort(
                collect_list(
                    named_struct(
                        'number', cast({{ number }} as integer),
                        'ended_before', cast({{ ended_before }} as integer),
                        'day_count', cast({{ day_count }} as integer),
                        'place', cast({{ place }} as integer)
                    )
                )
            ),
            array(repeat('0', cast(8 + count(*) as integer))),
            (best, one) -> array_append(
                best,
                greatest(
                    element_at(best, -1),
                    {{ set_with_range('element_at(best, one.ended_before + 1)', 'one.day_count', 'one.place') }}
                )
            )
        ),
        -1
    )
{%- endmacro %}

{#- A set of ranges, as text, and one more range. -#}
{% macro set_with_range(ranges, day_count, place) -%}
    lpad(cast(cast(substr({{ ranges }}, 1, 8) as integer) + {{ day_count }} as string), 8, '0')
    || substr({{ ranges }}, 9, {{ place }} - 1) || '1' || substr({{ ranges }}, 9 + {{ place }})
{%- endmacro %}
