-- Which campaign each row of Ads Manager's CSV is of: its id; without one, the one campaign with exactly this name,
-- now or before, in the ad account (files that name no account, `main`, belong to any); else a campaign of its own, known
-- by account and name alone. A name that several campaigns have names none of them, and is listed as unmatched. So does a
-- name that one file without ids states for several ad accounts (`Account name`) or currencies: each is a campaign of its
-- own. An account name or currency that a row lacks is that of the other rows of the name, if they agree.
-- One campaign can be exported with its account's id and without (under `main`, or a name that a person gave). A name in one
-- currency is one campaign with that of the account with an id, else with that of the account with a name: of `main` always,
-- of a named account where their days overlap, so that nothing adds up twice. It is listed, since it is a guess.

{%- set has_id = "case when " ~ matches('_account', "'^act_[0-9]+$'") ~ " then 1 when _account <> 'main' then 2 else 3 end" %}

with

rows_of_csv as (

    select
        insight_id,
        stated_campaign_id,
        campaign_name,
        account_name,
        currency_code,
        performance_date as first_day,
        performance_date as last_day,
        _account
    from {{ ref('stg_meta_ads__manager_daily') }}
    where not is_totals_row and reject_reason is null

    union all

    select
        insight_id,
        stated_campaign_id,
        campaign_name,
        account_name,
        currency_code,
        window_from as first_day,
        window_to as last_day,
        _account
    from {{ ref('stg_meta_ads__manager_window') }}
    where not is_totals_row and reject_reason is null

),

owned as (

    select
        insight_id,
        campaign_name,
        _account,
        coalesce(
            account_name,
            {{ the_only('account_name', ['_account', 'campaign_name', 'currency_code']) }},
            {{ the_only('account_name', ['_account', 'campaign_name']) }},
            ''
        ) as account_name,
        coalesce(
            currency_code,
            {{ the_only('currency_code', ['_account', 'campaign_name', 'account_name']) }},
            {{ the_only('currency_code', ['_account', 'campaign_name']) }},
            ''
        ) as currency_code,
        first_day,
        last_day
    from rows_of_csv
    where stated_campaign_id is null

),

parted as (

    select
        *,
        min(account_name) over (partition by _account, campaign_name)
        <> max(account_name) over (partition by _account, campaign_name)
        or min(currency_code) over (partition by _account, campaign_name)
        <> max(currency_code) over (partition by _account, campaign_name) as is_of_several,
        min(account_name) over (partition by _account, campaign_name, currency_code)
        <> max(account_name) over (partition by _account, campaign_name, currency_code) as is_of_several_names
    from owned

),

identified as (

    select
        *,
        case
            when is_of_several
                then {{ surrogate_key(["'meta_ads campaign'", '_account', 'campaign_name', 'account_name', 'currency_code']) }}
            else {{ surrogate_key(["'meta_ads campaign'", '_account', 'campaign_name']) }}
        end as own_id
    from parted

),

stated_elsewhere as (

    select
        campaign_id,
        campaign_name,
        cast(null as string) as currency_code,
        cast(null as date) as first_day,
        cast(null as date) as last_day,
        _account
    from {{ ref('stg_meta_ads__campaigns') }}

    union all

    select
        campaign_id,
        campaign_name,
        currency_code,
        performance_date as first_day,
        performance_date as last_day,
        _account
    from {{ ref('stg_meta_ads__insights_daily') }}

    union all

    select
        campaign_id,
        campaign_name,
        currency_code,
        window_from as first_day,
        window_to as last_day,
        _account
    from {{ ref('stg_meta_ads__insights_window') }}

    union all

    select
        stated_campaign_id as campaign_id,
        campaign_name,
        currency_code,
        first_day,
        last_day,
        _account
    from rows_of_csv

),

known as (

    select
        campaign_id,
        campaign_name,
        coalesce(max(currency_code), '') as currency_code,
        min(first_day) as first_day,
        max(last_day) as last_day,
        _account,
        {{ has_id }} as account_rank
    from stated_elsewhere
    where campaign_id is not null
    group by campaign_id, campaign_name, _account

),

-- Each name of an account in one currency, with the id that it has by itself.
names as (

    select
        own_id,
        campaign_name,
        currency_code,
        max(is_of_several) as is_of_several,
        max(is_of_several_names) as is_of_several_names,
        min(first_day) as first_day,
        max(last_day) as last_day,
        _account,
        {{ has_id }} as account_rank
    from identified
    group by own_id, campaign_name, currency_code, _account

),

matched as (

    select
        names.own_id,
        names.currency_code,
        min(known.campaign_id) as campaign_id,
        count(distinct known.campaign_id) as campaign_count,
        min(names._account <> known._account and names.account_rank = 2 and known._account <> 'main') as is_guess,
        count(distinct known.campaign_id) = 1
        and not max(names.is_of_several_names)
        and (not max(names.is_of_several) or min(known.currency_code <> '')) as is_usable
    from names
    inner join known
        on
            names.campaign_name = known.campaign_name
            and (names.currency_code = known.currency_code or names.currency_code = '' or known.currency_code = '')
            and (
                names._account = known._account
                or names._account = 'main'
                or known._account = 'main'
                or (
                    names.account_rank = 2 and known.account_rank = 1
                    and names.first_day <= known.last_day and names.last_day >= known.first_day
                )
            )
    group by names.own_id, names.currency_code

),

placed as (

    select
        names.*,
        coalesce(matched.campaign_count, 0) as campaign_count,
        coalesce(matched.is_usable and matched.is_guess, false) as is_guess,
        case when matched.is_usable then matched.campaign_id else names.own_id end as campaign_id
    from names
    left join matched on names.own_id = matched.own_id and names.currency_code = matched.currency_code

),

twins as (

    select
        names.own_id,
        names.currency_code,
        others.campaign_id
    from placed as names
    inner join placed as others
        on
            names.campaign_name = others.campaign_name
            and names.account_rank > others.account_rank
            and (names.currency_code = others.currency_code or names.currency_code = '' or others.currency_code = '')
            and (
                names._account = 'main'
                or (names.first_day <= others.last_day and names.last_day >= others.first_day)
            )
    where names.campaign_count = 0
    qualify others.account_rank = min(others.account_rank) over (partition by names.own_id, names.currency_code)

),

twins_counted as (

    select
        own_id,
        currency_code,
        min(campaign_id) as campaign_id,
        count(distinct campaign_id) as campaign_count
    from twins
    group by own_id, currency_code

),

resolved as (

    select
        placed.own_id,
        placed.currency_code,
        case
            when twins_counted.campaign_count = 1 and not placed.is_of_several_names then twins_counted.campaign_id
            else placed.campaign_id
        end as campaign_id,
        placed.is_guess
        or placed.campaign_count > 0 and placed.campaign_id = placed.own_id
        or twins_counted.campaign_count is not null as is_name_ambiguous
    from placed
    left join twins_counted on placed.own_id = twins_counted.own_id and placed.currency_code = twins_counted.currency_code

),

final as (

    select
        rows_of_csv.insight_id,
        coalesce(rows_of_csv.stated_campaign_id, resolved.campaign_id) as campaign_id,
        rows_of_csv.campaign_name,
        coalesce(resolved.is_name_ambiguous, false) as is_name_ambiguous
    from rows_of_csv
    left join identified on rows_of_csv.insight_id = identified.insight_id and rows_of_csv.stated_campaign_id is null
    left join resolved on identified.own_id = resolved.own_id and identified.currency_code = resolved.currency_code

)

-- equal rows of two extracts share an id
select distinct * from final
