with

source as (

    select * from {{ source('bank', 'checking') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', row_sha_as_read(), '_occurrence']) }} as row_id,

        ---------- strings
        {{ blank_to_null(adapter.quote('Transaction Description')) }} as description,
        lower({{ blank_to_null(adapter.quote('Transaction Type')) }}) as transaction_type,
        trim({{ adapter.quote('Account Number') }}) as account_text,
        trim({{ adapter.quote('Transaction Date') }}) as transaction_date_text,
        trim({{ adapter.quote('Transaction Amount') }}) as amount_text,

        ---------- numerics
        {{ money(adapter.quote('Transaction Amount')) }} as plain_amount,

        ---------- booleans
        {{ lacks_digits(adapter.quote('Account Number')) }} as lacks_digits,

        ---------- dates
        {{ iso_or_us_date(adapter.quote('Transaction Date')) }} as transaction_date,

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
        {{ is_written_negative('stated_amount', 'transaction_type') }} as amounts_are_negative
    from valued

),

judged as (

    select
        *,
        case
            when lacks_digits then 'Account Number has no digits: ' || coalesce(account_text, '')
            when transaction_date is null
                then 'Transaction Date can''t be read: ' || coalesce(transaction_date_text, '')
            when coalesce(transaction_type, '') not in ('debit', 'credit')
                then 'Transaction Type is neither Debit nor Credit: ' || coalesce(transaction_type, '')
            when stated_amount is null then 'Transaction Amount is no plain amount: ' || coalesce(amount_text, '')
        end as reject_reason
    from signed

),

-- Debits, or credits, that are all negative are written so; among others a negative amount is one taken back.
summed as (

    select
        *,
        case
            when reject_reason is not null then null
            when (transaction_type = 'debit') <> amounts_are_negative then stated_amount
            else cast(-stated_amount as decimal(24, 12))
        end as amount
    from judged

),

keyed as (

    select
        *,
        {{ surrogate_key([
            "'bank'", '_account', 'transaction_date', name_key('description'), 'cast(amount as decimal(24, 6))'
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
