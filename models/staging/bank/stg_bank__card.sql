with

source as (

    select * from {{ source('bank', 'card') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', row_sha_as_read(), '_occurrence']) }} as row_id,

        ---------- strings
        {{ blank_to_null('Description') }} as description,
        {{ blank_to_null('Category') }} as stated_category,
        trim({{ adapter.quote('Card No.') }}) as card_text,
        trim({{ adapter.quote('Transaction Date') }}) as transaction_date_text,
        trim({{ adapter.quote('Posted Date') }}) as posted_date_text,
        {{ blank_to_null('Debit') }} as debit_text,
        {{ blank_to_null('Credit') }} as credit_text,

        ---------- numerics
        {{ money('Debit') }} as plain_debit,
        {{ money('Credit') }} as plain_credit,

        ---------- booleans
        {{ lacks_digits(adapter.quote('Card No.')) }} as lacks_digits,

        ---------- dates
        {{ iso_or_us_date(adapter.quote('Transaction Date')) }} as transaction_date,
        {{ iso_or_us_date(adapter.quote('Posted Date')) }} as posted_date,

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
        {{ grouped_money('debit_text', 'plain_debit', ['debit_text', 'credit_text']) }} as debit,
        {{ grouped_money('credit_text', 'plain_credit', ['debit_text', 'credit_text']) }} as credit
    from renamed

),

signed as (

    select
        *,
        {{ is_written_negative('debit') }} as debits_are_negative,
        {{ is_written_negative('credit') }} as credits_are_negative
    from valued

),

judged as (

    select
        *,
        case
            when lacks_digits then 'Card No. has no digits: ' || coalesce(card_text, '')
            when transaction_date is null
                then 'Transaction Date can''t be read: ' || coalesce(transaction_date_text, '')
            when posted_date is null and posted_date_text <> '' then 'Posted Date can''t be read: ' || posted_date_text
            when debit_text is null and credit_text is null then 'Debit and Credit are both blank'
            when debit_text is not null and credit_text is not null and debit <> 0 and credit <> 0
                then 'Debit and Credit are both filled: ' || debit_text || ', ' || credit_text
            when debit_text is not null and debit is null then 'Debit is no plain amount: ' || debit_text
            when credit_text is not null and credit is null then 'Credit is no plain amount: ' || credit_text
        end as reject_reason
    from signed

),

-- A column whose amounts are all negative writes them so; in any other a negative amount is one taken back.
summed as (

    select
        *,
        case
            when reject_reason is null
                then cast(
                    coalesce(case when debits_are_negative then -debit else debit end, 0)
                    - coalesce(case when credits_are_negative then -credit else credit end, 0) as decimal(24, 12)
                )
        end as amount
    from judged

),

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
