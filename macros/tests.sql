{#-
    dbt's own tests, for facts of many millions of rows: the same answer, from less memory. dbt finds these by name.
-#}

{#- Keys are counted by a hash of 64 bits; only where two share one are the keys themselves compared. -#}
{% macro default__test_unique(model, column_name) %}
    with

    hashes_met_twice as (

        select {{ hash_number([column_name]) }} as key_hash
        from {{ model }}
        where {{ column_name }} is not null
        group by {{ hash_number([column_name]) }}
        having count(*) > 1

    )

    select
        {{ column_name }} as unique_field,
        count(*) as n_records
    from {{ model }}
    where {{ column_name }} is not null and {{ hash_number([column_name]) }} in (select key_hash from hashes_met_twice)
    group by {{ column_name }}
    having count(*) > 1
{% endmacro %}


{#- Each value is looked up once, however many rows bear it. -#}
{% macro default__test_relationships(model, column_name, to, field) %}
    with

    child as (

        select distinct {{ column_name }} as from_field
        from {{ model }}
        where {{ column_name }} is not null

    )

    select child.from_field
    from child
    left join {{ to }} as parent on child.from_field = parent.{{ field }}
    where parent.{{ field }} is null
{% endmacro %}
