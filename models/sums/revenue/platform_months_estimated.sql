-- What each platform's sale month will come to, from that platform's own habit. A month opens in the round in which the platform
-- first books it, or a later one. In each complete round since then (the ledger's newest round is not complete), a certain share
-- of it used to be in; the month will come to what is in, divided by that share. A month that has not opened, or of which less
-- than half used to be in, is not known. A platform that misses more rounds in a row than ever before has ended: it owes nothing.

{{ config(materialized='table') }}

with

booked as (

    select * from {{ ref('platform_months_booked') }}

),

ledgers as (

    select
        ledger,
        max(reporting_month) as newest_round,
        max(last_reporting_date) as newest_date
    from booked
    group by ledger

),

months as (

    select distinct sale_month from booked

),

first_booked as (

    select
        series,
        sale_month,
        min(reporting_month) as first_round
    from booked
    group by series, sale_month

),

series as (

    select
        series,
        ledger,
        min(sale_month) as first_sale_month
    from booked
    group by series, ledger

),

opened as (

    select
        series.series,
        ledgers.newest_round,
        ledgers.newest_date,
        months.sale_month,
        min(first_booked.first_round) over (
            partition by series.series order by months.sale_month desc rows between unbounded preceding and current row
        ) as opened_round
    from series
    inner join ledgers on series.ledger = ledgers.ledger
    inner join months on series.first_sale_month <= months.sale_month
    left join first_booked on series.series = first_booked.series and months.sale_month = first_booked.sale_month

),

aged as (

    select
        *,
        {{ months_between('opened_round', 'newest_round') }} - 1 as complete_rounds
    from opened

),

summed as (

    select
        aged.series,
        aged.sale_month,
        coalesce(sum(booked.net_revenue_usd), 0) as net_revenue_usd,
        coalesce(sum(booked.net_revenue_usd) filter (where booked.reporting_month < aged.newest_round), 0)
            as net_of_complete_rounds_usd
    from aged
    left join booked on aged.series = booked.series and aged.sale_month = booked.sale_month
    group by aged.series, aged.sale_month

),

ages as (

    select 0 as age
    union all
    select 1 as age
    union all
    select 2 as age
    union all
    select 3 as age
    union all
    select 4 as age
    union all
    select 5 as age

),

habits as (

    select
        booked.series,
        ages.age,
        coalesce(
            sum(booked.net_revenue_usd) filter (
                where {{ months_between('aged.opened_round', 'booked.reporting_month') }} <= ages.age
            ), 0
        ) as net_by_age_usd,
        sum(booked.net_revenue_usd) as net_revenue_usd
    from aged
    inner join ages on aged.complete_rounds between ages.age + 3 and ages.age + 14
    inner join booked on aged.series = booked.series and aged.sale_month = booked.sale_month
    group by booked.series, ages.age

),

common_habits as (

    select
        age,
        {{ ratio('sum(net_by_age_usd)', 'sum(net_revenue_usd)') }} as share_in
    from habits
    group by age

),

rounds as (

    select
        series,
        reporting_month,
        min(first_reporting_date) as first_reporting_date
    from booked
    group by series, reporting_month

),

advances as (

    select
        series,
        opened_round,
        lag(opened_round) over (partition by series order by opened_round) as round_before,
        row_number() over (partition by series order by opened_round desc) as place
    from opened
    where opened_round is not null
    group by series, opened_round

),

paces as (

    select
        advances.series,
        max(advances.opened_round) as last_advance,
        coalesce(max({{ months_between('advances.round_before', 'advances.opened_round') }}), 1) as longest_pause,
        max(extract(day from rounds.first_reporting_date)) as usual_day
    from advances
    inner join rounds on advances.series = rounds.series and advances.opened_round = rounds.reporting_month
    where advances.place <= 12
    group by advances.series

),

judged as (

    select
        aged.series,
        aged.sale_month,
        aged.opened_round,
        aged.complete_rounds,
        summed.net_revenue_usd,
        summed.net_of_complete_rounds_usd,
        case
            when aged.complete_rounds >= 6 then cast(1 as double)
            else least(
                coalesce({{ ratio('habits.net_by_age_usd', 'habits.net_revenue_usd') }}, common_habits.share_in),
                cast(1 as double)
            )
        end as share_in,
        {{ months_between('paces.last_advance', 'aged.newest_round') }} > paces.longest_pause + 1
        or (
            {{ months_between('paces.last_advance', 'aged.newest_round') }} = paces.longest_pause + 1
            and extract(day from aged.newest_date) >= paces.usual_day
        ) as has_ended
    from aged
    inner join summed on aged.series = summed.series and aged.sale_month = summed.sale_month
    inner join paces on aged.series = paces.series
    left join habits on aged.series = habits.series and aged.complete_rounds = habits.age
    left join common_habits on aged.complete_rounds = common_habits.age

),

final as (

    select
        series,
        sale_month,
        net_revenue_usd,
        cast(
            case
                when complete_rounds >= 0 and share_in >= 0.5 and net_of_complete_rounds_usd > 0
                    then greatest(
                        cast(net_revenue_usd as double), cast(net_of_complete_rounds_usd as double) / share_in
                    )
                else net_revenue_usd
            end as decimal(24, 12)
        ) as net_expected_usd,
        coalesce(complete_rounds >= 0 and share_in >= 0.5, false) or (opened_round is null and has_ended) as is_known,
        opened_round is not null as has_opened,
        complete_rounds >= 0 and share_in is null as lacks_habit
    from judged

)

select * from final
