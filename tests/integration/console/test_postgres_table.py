"""The schema of a table in a real database, and the rows that the database itself writes of it."""

import json

import psycopg
import pytest

from sluicegate.shared.console.postgres_table import schema_of
from sluicegate.shared.errors import SampleUnusable
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.table.engine import TableEngine

ENGINE = TableEngine()

TABLES = """
    create schema shop;
    create type shop.pair as (a int, b text);
    create domain shop.percent as smallint;
    create type shop.state as enum ('new', 'it''s paid');
    create domain shop.code as varchar(8) not null;
    create domain shop.short_code as shop.code check (length(value) < 5);
    create table shop.customers (id int primary key, "Full Name" text);
    create table shop.orders (
        id bigserial primary key,
        number int generated always as identity,
        customer int not null references shop.customers,
        state shop.state not null default 'new',
        code shop.short_code,
        price numeric(10, 2) not null default 0.00,
        discount real,
        tags text[] not null default '{}',
        history shop.state[],
        details jsonb default '{"a": 1}',
        token uuid default gen_random_uuid(),
        place point,
        photo bytea,
        address inet,
        day date, at time(3), until timestamptz not null default now(), updated timestamp, span interval,
        flags bit(3), sum numeric generated always as (price * 2) stored,
        old text,
        pair shop.pair, pairs shop.pair[], percents shop.percent[], period daterange, cash money, number_of oid,
        unique (customer, number),
        check (price >= 0)
    );
    alter table shop.orders drop column old;
    insert into shop.customers values (1, 'Ada');
    insert into shop.orders (customer, code, discount, tags, history, place, photo, address, day, at, updated, span, flags,
        pair, pairs, percents, period, cash, number_of) values
        (1, 'abc', 'NaN', '{a,NULL}', '{new}', '(1,2)', '\\xdeadbeef', '192.0.2.1/24', '2024-02-29', '24:00',
            'infinity', '1 year -2 days 03:04:05.6', '101', row(1, 'x'), array[row(1, 'y')::shop.pair], '{1,2}', '[2024-01-01,)', 5, 7),
        (1, '', 1e-30, '{{a},{b}}', null, null, '', '::1', null, '12:00', '2024-01-01 12:00:00.123456', '-1 mon', '000',
            null, null, null, null, null, null);
"""


@pytest.fixture
def shop(empty_database_url: str) -> str:
    """A database with tables."""
    with psycopg.connect(empty_database_url, autocommit=True) as connection:
        connection.execute(TABLES)
    return empty_database_url


def test_the_rows_of_a_table_fit_its_schema(shop: str) -> None:
    schema = ENGINE.parse(SchemaSource(schema_of(shop, "shop.orders")))
    assert schema.violations == ()
    validator = ENGINE.compile(schema)
    with psycopg.connect(shop) as connection:
        rows = connection.execute("select row_to_json(o)::text from shop.orders o").fetchall()
    assert len(rows) == 2
    assert [validator.explain(row.encode()) for (row,) in rows] == [None, None]


def test_the_schema_says_what_the_catalogue_says(shop: str) -> None:
    found = json.loads(schema_of(shop, "shop.orders"))
    columns = found["columns"]
    assert (found["table"], found["primary_key"], found["unique"]) == ("shop.orders", ["id"], [["customer", "number"]])
    assert "old" not in columns
    assert columns["id"] == {"type": "bigint", "generated": True}
    assert columns["number"] == {"type": "integer", "nullable": False, "generated": True}
    assert columns["customer"] == {
        "type": "integer",
        "nullable": False,
        "references": {"table": "shop.customers", "column": "id"},
    }
    assert columns["state"] == {"type": "enum('new', 'it''s paid')", "nullable": False, "default": "new"}
    assert columns["code"] == {"type": "varchar(8)", "nullable": False}
    assert columns["price"] == {"type": "numeric(10, 2)", "nullable": False, "default": 0.0}
    assert columns["history"] == "enum('new', 'it''s paid')[]"
    assert columns["details"] == {"type": "jsonb", "default": {"a": 1}}
    assert columns["token"] == {"type": "uuid", "default_expression": "gen_random_uuid()"}
    assert columns["place"] == "text"
    assert columns["at"] == "time(3)"
    assert (columns["pair"], columns["pairs"], columns["percents"]) == ("jsonb", "jsonb[]", "smallint[]")
    assert columns["sum"] == {"type": "numeric", "generated": True}


def test_a_table_is_found_by_the_name_that_sql_reads_and_by_its_own(shop: str) -> None:
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute('create table "Mixed" (a int); create view all_of as select * from "Mixed"')
    assert json.loads(schema_of(shop, "Mixed"))["table"] == "Mixed"
    assert json.loads(schema_of(shop, '"Mixed"'))["table"] == "Mixed"
    assert json.loads(schema_of(shop, "ALL_OF"))["columns"] == {"a": "integer"}


@pytest.mark.parametrize(
    "name", ["nothing", "shop.nothing", "", "a.b.c.d", "x'; drop table shop.orders; --", '"', "\0"]
)
def test_a_table_that_is_not_there_is_named(shop: str, name: str) -> None:
    with pytest.raises(SampleUnusable) as caught:
        schema_of(shop, name)
    assert repr(name) in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("url", ["postgresql://nobody:secret@127.0.0.1:1/none", "nonsense", "postgresql://"])
def test_a_database_that_does_not_answer_is_said_to_be_the_trouble(url: str) -> None:
    with pytest.raises(SampleUnusable, match="cannot be read") as caught:
        schema_of(url, "orders")
    assert "\n" not in caught.value.message
    assert "secret" not in caught.value.message


def test_an_address_that_cannot_be_parsed_is_not_repeated() -> None:
    with pytest.raises(SampleUnusable, match="not as PostgreSQL understands one") as refused:
        schema_of("postgresql://reader:se%cret@127.0.0.1:5432/shop", "orders")
    assert "cret" not in str(refused.value)
