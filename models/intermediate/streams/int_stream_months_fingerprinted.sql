-- What each month of `content_streams` is made from: its days as the accounts state them, and which of them are settled.

{{ config(materialized='table', tags=['dated']) }}

select
    {{ month_of('stream_date') }} as stream_month,
    {{ fingerprint_of([
        'data_source', 'platform_id', 'stream_date', 'account', 'stream_count', 'is_provisional', 'extracted_at',
        is_settled('stream_date')
    ]) }} as fingerprint
from {{ ref('int_streams_unioned') }}
group by {{ month_of('stream_date') }}
