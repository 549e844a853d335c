{#- An ISO 8601 length without months and years (P1DT2H3M4S) in seconds; null for what is none. -#}
{% macro iso_duration_seconds(expression) %}
    {%- set text = 'trim(' ~ expression ~ ')' -%}
    case
        when
            {{ matches(text, "'^P([0-9]{1,6}D)?(T([0-9]{1,6}H)?([0-9]{1,6}M)?([0-9]{1,6}S)?)?$'") }}
            and {{ matches(text, "'[0-9][DHMS]$'") }}
            then
                coalesce(try_cast(nullif(regexp_extract({{ text }}, 'P([0-9]+)D', 1), '') as bigint), 0) * 86400
                + coalesce(try_cast(nullif(regexp_extract({{ text }}, '([0-9]+)H', 1), '') as bigint), 0) * 3600
                + coalesce(try_cast(nullif(regexp_extract({{ text }}, '([0-9]+)M', 1), '') as bigint), 0) * 60
                + coalesce(try_cast(nullif(regexp_extract({{ text }}, '([0-9]+)S', 1), '') as bigint), 0)
    end
{%- endmacro %}


{#- Rows under their channel's artist on a day: of the names that hold then, the best. -#}
{% macro with_channel_artist(relation, artists, key, day) %}
    select
        facts.*,
        coalesce(artists.artist_id, 0) as artist_id,
        artists.channel_title
    from {{ relation }} as facts
    left join {{ artists }} as artists
        on
            facts.channel_id = artists.channel_id
            and (artists.valid_from is null or {{ day }} >= artists.valid_from)
            and (artists.valid_to is null or {{ day }} <= artists.valid_to)
    qualify row_number() over (partition by facts.{{ key }} order by artists.name_rank asc nulls last) = 1
{%- endmacro %}
