-- Which campaign each row of Ads Manager's CSV is of: its id; without one, the one campaign that bears exactly this name,
-- now or before, in the ad account (files that name no account, `main`, belong to any); else a campaign of its own, known
-- by account and name alone. A name that several campaigns have names none of them, and is listed as unmatched. So does a
-- name that one file without ids states for several ad accounts (`Account name`) or currencies: each is a campaign of its
-- own. An account name or currency that a row lacks is that of the other rows of the name, if they agree. A name that files
-- with and files without an account state may be one campaign, which then counts twice: it is listed, too.

with

rows_of_csv as (

    select
        insight_id,
        stated_campaign_id,
        campaign_name,
        account_name,
        currency_code,
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
        ) as currency_code
    from rows_of_csv
    where stated_campaign_id is null

),

parted as (

    select
        *,
        min(account_name) over (partition by _account, campaign_name)
        <> max(account_name) over (partition by _account, campaign_name)
        or min(currency_code) over (partition by _account, campaign_name)
        <> max(currency_code) over (partition by _account, campaign_name) as is_of_several
    from owned

),

known as (

    select
        campaign_id,
        campaign_name,
        _account
    from {{ ref('stg_meta_ads__campaigns') }}
    union
    select
        campaign_id,
        campaign_name,
        _account
    from {{ ref('stg_meta_ads__insights_daily') }}
    union
    select
        campaign_id,
        campaign_name,
        _account
    from {{ ref('stg_meta_ads__insights_window') }}
    union
    select
        stated_campaign_id as campaign_id,
        campaign_name,
        _account
    from rows_of_csv

),

names as (

    select distinct
        campaign_name,
        _account
    from rows_of_csv
    where stated_campaign_id is null

),

matched as (

    select
        names.campaign_name,
        names._account,
        min(known.campaign_id) as campaign_id,
        count(distinct known.campaign_id) as campaign_count
    from names
    inner join known
        on
            names.campaign_name = known.campaign_name
            and (names._account = known._account or names._account = 'main' or known._account = 'main')
    where known.campaign_id is not null
    group by names.campaign_name, names._account

),

in_both as (

    select names.campaign_name
    from names
    left join matched on names.campaign_name = matched.campaign_name and names._account = matched._account
    where matched.campaign_name is null
    group by names.campaign_name
    having min(case when names._account = 'main' then 0 else 1 end) < max(case when names._account = 'main' then 0 else 1 end)

),

final as (

    select
        rows_of_csv.insight_id,
        coalesce(
            rows_of_csv.stated_campaign_id,
            case when matched.campaign_count = 1 and not parted.is_of_several then matched.campaign_id end,
            case
                when parted.is_of_several
                    then {{ surrogate_key([
                        "'meta_ads campaign'", 'parted._account', 'parted.campaign_name', 'parted.account_name',
                        'parted.currency_code'
                    ]) }}
            end,
            {{ surrogate_key(["'meta_ads campaign'", 'rows_of_csv._account', 'rows_of_csv.campaign_name']) }}
        ) as campaign_id,
        rows_of_csv.campaign_name,
        rows_of_csv.stated_campaign_id is null
        and (
            coalesce(matched.campaign_count, 0) > case when parted.is_of_several then 0 else 1 end
            or (matched.campaign_name is null and in_both.campaign_name is not null)
        ) as is_name_ambiguous
    from rows_of_csv
    left join parted on rows_of_csv.insight_id = parted.insight_id
    left join matched
        on rows_of_csv.campaign_name = matched.campaign_name and rows_of_csv._account = matched._account
    left join in_both on rows_of_csv.campaign_name = in_both.campaign_name

)

-- equal rows of two extracts share an id
select distinct * from final
