-- What each description names: own accounts, the card's issuer, and whether a word is left that may be another payee.
-- Words of transfers and payments, numbers, references and the day that a card payment was authorised name nobody.

{%- set payment_word = "'^(PAYMENT|PAYMENTS|PYMT|PMT|PAY|AUTOPAY|AUTOPYMT|AUTOPMT|EPAY|EPAYMENT|CRCARDPMT)$'" %}
{%- set transfer_word = "'^(TRANSFER|TRANSFERS|XFER|TFR|WITHDRAWAL|DEPOSIT|WIRE|SWEEP)$'" %}
{%- set word_of_nobody = "'^(TO|FROM|INTO|BETWEEN|FOR|OF|ON|IN|BY|VIA|THE|MY|YOUR|YOU|THANK|THANKS|OWN|ENDING|ACCOUNT|ACCT"
    ~ "|CHECKING|CHK|SAVINGS|SAV|CARD|CRCARD|CREDIT|DEBIT|BANK|ONLINE|MOBILE|WEB|APP|ELECTRONIC|INTERNET|INTERNAL|ACH|AUTO"
    ~ "|AUTOMATIC|RECURRING|SCHEDULED|CONFIRMATION|CONF|REFERENCE|REF|NUMBER|NUM|NO|ID|N|A)$'" %}
{%- set number_or_mask = "'^[X0-9]+$'" %}
{%- set authorised_on = "'AUTHDATE:? ?[0-9]{1,2}-[A-Z]{3}'" %}
{%- set reference = "'[0-9].*[0-9].*[0-9]'" %}

with

lines as (

    select * from {{ ref('int_bank_lines_unioned') }}

),

own_accounts as (

    select
        account_type,
        ' ' || {{ words_only('account_name') }} || ' ' as name_words,
        {{ blank_to_null('last_four') }} as last_four
    from {{ ref('seed_own_accounts') }}

),

own_digits as (

    select last_four from own_accounts
    where last_four is not null

    union

    select account as last_four from lines

),

numbers as (

    select listed.word_number
    from (
        values
        {% for number in range(1, 41) -%}
            ({{ number }}){{ ',' if not loop.last }}
        {% endfor %}
    ) as listed (word_number)

),

descriptions as (

    select
        description_key,
        ' ' || {{ words_only(replace_all('description_key', authorised_on, "' '")) }} || ' ' as all_words
    from (
        select distinct {{ name_key('description') }} as description_key
        from lines
    ) as keys
    where description_key is not null

),

named as (

    select
        descriptions.description_key,
        own_accounts.account_type,
        own_accounts.name_words
    from descriptions
    inner join own_accounts on instr(descriptions.all_words, own_accounts.name_words) > 0

),

words as (

    select
        descriptions.description_key,
        numbers.word_number,
        split_part(trim(descriptions.all_words), ' ', numbers.word_number) as word
    from descriptions
    cross join numbers
    where split_part(trim(descriptions.all_words), ' ', numbers.word_number) <> ''

),

words_judged as (

    select
        words.description_key,
        words.word_number,
        {{ matches('words.word', payment_word) }} as is_payment_word,
        {{ matches('words.word', transfer_word) }} as is_transfer_word,
        max(case when own_digits.last_four is not null then 1 else 0 end) = 1 as is_own_number,
        max(case when named.account_type = 'account' then 1 else 0 end) = 1 as is_of_account,
        max(case when named.account_type = 'card_issuer' then 1 else 0 end) = 1 as is_of_issuer,
        max(case when named.name_words is not null then 1 else 0 end) = 0
        and not {{ matches('words.word', payment_word) }}
        and not {{ matches('words.word', transfer_word) }}
        and not {{ matches('words.word', word_of_nobody) }}
        and not {{ matches('words.word', number_or_mask) }}
        and not {{ matches('words.word', reference) }} as may_be_payee
    from words
    left join named
        on words.description_key = named.description_key and instr(named.name_words, ' ' || words.word || ' ') > 0
    left join own_digits
        on {{ matches('words.word', number_or_mask) }} and right(words.word, 4) = own_digits.last_four
    group by words.description_key, words.word_number, words.word

),

final as (

    select
        description_key,
        max(case when is_own_number or is_of_account then 1 else 0 end) = 1 as names_own_account,
        max(case when is_of_issuer then 1 else 0 end) = 1 as names_card_issuer,
        max(case when may_be_payee or word_number = 40 then 1 else 0 end) = 1 as may_name_payee,
        max(case when is_payment_word then 1 else 0 end) = 1 as is_payment,
        max(case when is_transfer_word then 1 else 0 end) = 1 as is_transfer
    from words_judged
    group by description_key

)

select * from final
