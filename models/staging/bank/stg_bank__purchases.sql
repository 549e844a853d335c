with

source as (

    select * from {{ source('bank', 'purchases') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', row_sha_as_read(), '_occurrence']) }} as row_id,

        ---------- strings
        {{ blank_to_null('Description') }} as description,
        {{ blank_to_null('Category') }} as stated_category,
        lower({{ blank_to_null('Status') }}) as stated_status,
        trim(CardLast4) as card_text,
        trim(Date) as transaction_date_text,
        trim(Amount) as amount_text,

        ---------- numerics
        {{ money('Amount') }} as plain_amount,

        ---------- booleans
        {{ lacks_digits('CardLast4') }} as lacks_digits,

        ---------- dates
        {{ iso_or_us_date('Date') }} as transaction_date,

        ---------- lineage
        _account,
        _extract_id,
        _extracted_at,
        _sequence,
        _covers_from,
        _covers_to,
        _row_number

    from source

),

-- `1,234` is a thousand and more where the file's other amounts have a decimal point.
valued as (

    select
        *,
        {{ grouped_money('amount_text', 'plain_amount', ['amount_text']) }} as stated_amount
    from renamed

),

signed as (

    select
        *,
        {{ is_written_negative('stated_amount') }} as amounts_are_negative
    from valued

),

judged as (

    select
        *,
        case
            when lacks_digits then 'CardLast4 has no digits: ' || coalesce(card_text, '')
            when transaction_date is null then 'Date can''t be read: ' || coalesce(transaction_date_text, '')
            when stated_amount is null then 'Amount is no plain amount: ' || coalesce(amount_text, '')
        end as reject_reason
    from signed

),

-- Amounts that are all negative are purchases written so; among others a negative one is money back.
summed as (

    select
        *,
        case
            when reject_reason is not null then null
            when
                coalesce(stated_status, '') in ('refunded', 'refund') and stated_amount > 0
                or coalesce(stated_status, '') not in ('refunded', 'refund') and amounts_are_negative
                then cast(-stated_amount as decimal(24, 12))
            else stated_amount
        end as amount
    from judged

),

-- The same key as a card line has: the purchase may be in the card's own export too.
keyed as (

    select
        *,
        {{ surrogate_key([
            "'card'", '_account', 'transaction_date', name_key('description'), 'cast(amount as decimal(24, 6))'
        ]) }} as transaction_key
    from summed

),

numbered as (

    select
        *,
        case
            when reject_reason is null
                then {{ surrogate_key(['transaction_key', occurrence_of('transaction_key, reject_reason')]) }}
            else row_id
        end as bank_line_id
    from keyed

)

select * from numbered
