-- Which ranges of days make a campaign's total: of each equal range the newest statement without a breakdown, else with one (of
-- one time the campaign's row, else its ad sets, else its ads); of these the ranges that share no day and cover most days, of
-- equals those without a breakdown, then the newest (see `best_ranges`). Ranges that share no day with others are chosen.

with

stated as (

    select * from {{ ref('int_ad_ranges_stated') }}

),

statements as (

    select
        campaign_id,
        source_table,
        level,
        range_from,
        range_to,
        _account,
        _extract_id,
        _extracted_at,
        _sequence,
        cast(sum(spend_amount) as decimal(24, 12)) as spend_amount,
        max(is_breakdown) as is_breakdown
    from stated
    group by
        campaign_id,
        source_table,
        level,
        range_from,
        range_to,
        _account,
        _extract_id,
        _extracted_at,
        _sequence

),

newest as (

    select
        *,
        cast({{ days_between('range_from', 'range_to') }} + 1 as bigint) as day_count
    from statements
    qualify
        row_number() over (
            partition by campaign_id, range_from, range_to
            order by
                {{ plain_first('is_breakdown') }} asc,
                _extracted_at desc,
                case level when 'campaign' then 1 when 'adset' then 2 else 3 end asc,
                source_table asc,
                _sequence desc,
                _account asc
        ) = 1

),

marked as (

    select
        *,
        case
            when
                range_from <= max(range_to) over (
                    partition by campaign_id
                    order by range_from, range_to
                    rows between unbounded preceding and 1 preceding
                )
                then 0
            else 1
        end as begins
    from newest

),

grouped as (

    select
        *,
        sum(begins) over (
            partition by campaign_id
            order by range_from, range_to
            rows between unbounded preceding and current row
        ) as group_number
    from marked

),

placed as (

    select
        *,
        row_number() over (partition by campaign_id, group_number order by range_to, range_from) as number,
        row_number() over (
            partition by campaign_id, group_number
            order by
                {{ plain_first('is_breakdown') }} asc,
                _extracted_at desc,
                _sequence desc,
                range_to desc,
                range_from asc,
                source_table asc
        ) as place
    from grouped

),

preceded as (

    select
        placed.campaign_id,
        placed.group_number,
        placed.number,
        placed.place,
        placed.day_count,
        count(others.number) as ended_before
    from placed
    left join placed as others
        on
            placed.campaign_id = others.campaign_id
            and placed.group_number = others.group_number
            and placed.range_from > others.range_to
    group by placed.campaign_id, placed.group_number, placed.number, placed.place, placed.day_count

),

best as (

    select
        campaign_id,
        group_number,
        -- sqlfluff does not parse DuckDB's lambda
        {{ best_ranges('number', 'ended_before', 'day_count', 'place') }} as chosen -- noqa: PRS
    from preceded
    group by campaign_id, group_number

),

final as (

    select
        placed.campaign_id,
        placed.source_table,
        placed.level,
        placed.spend_amount,
        placed.day_count,
        substr(best.chosen, 8 + cast(placed.place as integer), 1) = '1' as is_chosen,
        placed.range_from,
        placed.range_to,
        placed._account,
        placed._extract_id
    from placed
    inner join best on placed.campaign_id = best.campaign_id and placed.group_number = best.group_number

)

select * from final
