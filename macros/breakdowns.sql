{#- Breakdown columns split the row of a campaign, ad set or ad into smaller rows (age, country, hour, ...). A row that is
    blank in a column, or says `All` or `Total` there, is over all values of the column. -#}

{#- The columns as they land, of the API's insights and of Ads Manager's CSV. -#}
{% macro insights_breakdowns() %}
    {{ return([
        'age', 'gender', 'country', 'region', 'dma', 'publisher_platform', 'platform_position', 'device_platform',
        'impression_device', 'hourly_stats_aggregated_by_advertiser_time_zone',
        'hourly_stats_aggregated_by_audience_time_zone', 'product_id', 'place_page_id', 'frequency_value', 'media_type',
        'user_segment_key', 'landing_destination', 'title_asset', 'body_asset', 'image_asset', 'video_asset',
        'description_asset', 'link_url_asset', 'call_to_action_asset'
    ]) }}
{% endmacro %}

{% macro manager_breakdowns() %}
    {{ return([
        'Age', 'Gender', 'Country', 'Region', 'DMA region', 'Platform', 'Placement', 'Platform position',
        'Publisher platform', 'Device', 'Device platform', 'Impression device', 'Conversion device', 'Hour', 'Hour of day',
        'Time of day (ad account time zone)', "Time of day (viewer's time zone)", 'Product ID', 'Media type',
        'Audience segments', 'Business location', 'Landing destination', 'Week', '2 weeks', 'Month'
    ]) }}
{% endmacro %}


{#- Whether a name stands for all names: a column's subtotal, as reports that are tables of several levels write it. -#}
{% macro is_all(column) -%}
    upper(trim({{ adapter.quote(column) }})) in ('ALL', 'TOTAL', 'GRAND TOTAL', 'SUBTOTAL')
{%- endmacro %}


{#-
    Rows of Ads Manager's CSV with their names (`campaign_of_row`, `ad_set_of_row`, `ad_of_row`), blank where they say `All`
    and the row is a subtotal: without an id, its spend is that of the rows that it stands for, and so it is in at least half
    of the file's days or ranges. What is called `All` and has no parts in the file, or others than these, keeps its name.
-#}
{% macro names_without_subtotals(relation) %}
    {%- set spend = spent_of(grouped_number(adapter.quote('Amount spent'))) -%}
    {%- set levels = {'ad': 'Ad', 'ad_set': 'Ad set', 'campaign': 'Campaign'} -%}
    {%- set file = ['_account', '_extract_id', adapter.quote('Currency')] -%}
    {%- set period = file + [adapter.quote('Day'), adapter.quote('Reporting starts'), adapter.quote('Reporting ends'),
                             breakdown_of(manager_breakdowns())] -%}
    {%- set campaign = 'coalesce(' ~ adapter.quote('Campaign name') ~ ', ' ~ adapter.quote('Campaign ID') ~ ')' -%}
    {%- set ad_set = 'coalesce(' ~ adapter.quote('Ad set name') ~ ', ' ~ adapter.quote('Ad set ID') ~ ')' -%}
    {%- set above = {'ad': [campaign, ad_set], 'ad_set': [campaign], 'campaign': []} -%}
    select
        judged.*,
        {%- for level, title in levels.items() %}
        case
            when not is_subtotal_of_campaign
                {%- if level != 'campaign' %} and not is_subtotal_of_ad_set{% endif %}
                {%- if level == 'ad' %} and not is_subtotal_of_ad{% endif %}
                then {{ adapter.quote(title ~ ' name') }}
        end as {{ level }}_of_row{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        {%- for level in ['campaign', 'ad_set', 'ad'] %}
        select
            summed_{{ level }}.*,
            is_sum_of_{{ level }}
            and 2 * sum(case when is_sum_of_{{ level }} and spend_of_row <> 0 then 1 else 0 end) over (
                partition by {{ (file + above[level]) | join(', ') }}
            ) >= sum(case when may_be_all_{{ level }} and spend_of_row <> 0 then 1 else 0 end) over (
                partition by {{ (file + above[level]) | join(', ') }}
            ) as is_subtotal_of_{{ level }}
        from (
            select
                below_{{ level }}.*,
                may_be_all_{{ level }} and coalesce(
                    spend_of_row = sum(
                        case
                            when not may_be_all_{{ level }}
                                {%- if level != 'ad' %} and not is_subtotal_of_ad{% endif %}
                                {%- if level == 'campaign' %} and not is_subtotal_of_ad_set{% endif %}
                                then spend_of_row
                        end
                    ) over (partition by {{ (period + above[level]) | join(', ') }}),
                    false
                ) as is_sum_of_{{ level }}
            from (
        {%- endfor %}
                select
                    stated.*,
                    {{ spend }} as spend_of_row,
                    {%- for level, title in levels.items() %}
                    coalesce(
                        {{ is_all(title ~ ' name') }} and {{ blank_to_null(adapter.quote(title ~ ' ID')) }} is null
                        {%- if level != 'ad' %}
                        and ({{ is_all('Ad name') }} or {{ blank_to_null(adapter.quote('Ad name')) }} is null)
                        {%- endif %}
                        {%- if level == 'campaign' %}
                        and ({{ is_all('Ad set name') }} or {{ blank_to_null(adapter.quote('Ad set name')) }} is null)
                        {%- endif %},
                        false
                    ) as may_be_all_{{ level }}{{ ',' if not loop.last }}
                    {%- endfor %}
                from {{ relation }} as stated
        {%- for level in ['ad', 'ad_set', 'campaign'] %}
            ) as below_{{ level }}
        ) as summed_{{ level }}
        {%- endfor %}
    ) as judged
{% endmacro %}


{#- A row's values in the breakdown columns, in order, divided by `|`; null where it has none. -#}
{% macro breakdown_of(columns) %}
    nullif(
        {%- for column in columns %}
        {%- set value = 'trim(' ~ adapter.quote(column) ~ ')' %}
        coalesce(
            case
                when upper({{ value }}) not in ('ALL', 'TOTAL', 'GRAND TOTAL', 'SUBTOTAL', '-', '—')
                    then replace({{ value }}, '|', '/')
            end,
            ''
        ){% if not loop.last %} || '|' ||{% endif %}
        {%- endfor %},
        '{{ '|' * (columns | length - 1) }}'
    )
{%- endmacro %}


{#-
    Rows that state each thing once. `rows`: readable rows with their `campaign_id`; `period`: the columns of the day or
    range; `columns`: how many breakdown columns there are. Within one extract:
    - rows with one key are one row: the later in the file. Ads and ad sets known by name alone are one only where equal.
    - a row that is over all values of a breakdown is the subtotal of rows that agree with it and state the value: left out.
    - of breakdowns that do not refine each other (by age, and by country) the one with most columns counts.
-#}
{% macro rows_stated_once(rows, period, columns) %}
    {%- set key = ['_account', '_extract_id', 'campaign_id', 'level', 'entity_key'] + period %}
    with

    last_in_file as (

        select *
        from {{ rows }}
        qualify
            row_number() over (
                partition by {{ key | join(', ') }}, entity_row, currency_code, breakdown
                order by _row_number desc
            ) = 1

    ),

    signed as (

        select
            *,
            {{ signature_of('breakdown', columns) }} as signature
        from last_in_file

    ),

    compared as (

        select
            *,
            max(signature) over (partition by {{ key | join(', ') }}, currency_code) as widest_signature
        from signed

    ),

    subtotals as (

        select distinct
            totals._account,
            totals._extract_id,
            totals._row_number
        from compared as totals
        inner join compared as parts
            on
                totals.currency_code is not distinct from parts.currency_code
                {%- for name in key %}
                and totals.{{ name }} = parts.{{ name }}
                {%- endfor %}
                and left(totals.signature, 3) < left(parts.signature, 3)
                {%- for number in range(1, columns + 1) %}
                and coalesce(split_part(totals.breakdown, '|', {{ number }}), '')
                in ('', split_part(parts.breakdown, '|', {{ number }}))
                {%- endfor %}
        where totals.signature < totals.widest_signature

    )

    select compared.*
    from compared
    left join subtotals
        on
            compared._account = subtotals._account
            and compared._extract_id = subtotals._extract_id
            and compared._row_number = subtotals._row_number
    where
        subtotals._row_number is null
        {%- for number in range(4, columns + 4) %}
        and substr(compared.signature, {{ number }}, 1) <= substr(compared.widest_signature, {{ number }}, 1)
        {%- endfor %}
{%- endmacro %}


{#- Which breakdown columns a row states: how many, three digits, then a 1 or 0 for each. -#}
{% macro signature_of(breakdown, columns) -%}
    {%- set bits = [] -%}
    {%- for number in range(1, columns + 1) -%}
        {%- do bits.append("case when split_part(" ~ breakdown ~ ", '|', " ~ number ~ ") = '' then '0' else '1' end") -%}
    {%- endfor -%}
    case
        when {{ breakdown }} is null then '{{ '0' * (columns + 3) }}'
        else lpad(cast(length(replace({{ bits | join(' || ') }}, '0', '')) as string), 3, '0') || {{ bits | join(' || ') }}
    end
{%- endmacro %}
