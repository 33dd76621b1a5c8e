"""Message types as protoc would generate them, without protoc."""

from importlib import import_module
from typing import Any

from confluent_kafka.schema_registry.confluent import meta_pb2
from confluent_kafka.schema_registry.confluent.type import decimal_pb2
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import Message as Message  # the name for callers
from google.protobuf.message_factory import GetMessageClass

_LONG, _STRING, _MESSAGE = (
    FieldDescriptorProto.TYPE_INT64,
    FieldDescriptorProto.TYPE_STRING,
    FieldDescriptorProto.TYPE_MESSAGE,
)


def order_type() -> type[Message]:
    """`shop.Order` with an id and a note."""
    file = FileDescriptorProto(name="order.proto", package="shop", syntax="proto3")
    order = file.message_type.add(name="Order")
    _field(order.field.add(), "id", 1, _LONG)
    _field(order.field.add(), "note", 2, _STRING)
    return _class([file], "shop.Order")


def order_with_customer(folder: str) -> type[Message]:
    """Return an order with a customer of a file with another name."""
    customers = FileDescriptorProto(name=f"{folder}/customer.proto", package="shop", syntax="proto3")
    _field(customers.message_type.add(name="Customer").field.add(), "name", 1, _STRING)
    orders = FileDescriptorProto(name="order.proto", package="shop", syntax="proto3", dependency=[customers.name])
    field = orders.message_type.add(name="Order").field.add()
    _field(field, "customer", 1, _MESSAGE)
    field.type_name = ".shop.Customer"
    return _class([customers, orders], "shop.Order")


def visit_with_known_types() -> type[Message]:
    """Return a visit with built-in types and an option of Confluent's registry."""
    names = [
        "google/type/date.proto",
        "google/type/money.proto",
        "confluent/type/decimal.proto",
        "confluent/meta.proto",
    ]
    file = FileDescriptorProto(name="visit.proto", package="shop", syntax="proto3", dependency=names)
    visit = file.message_type.add(name="Visit")
    for number, name in enumerate((".google.type.Date", ".google.type.Money", ".confluent.type.Decimal"), 1):
        field = visit.field.add()
        _field(field, f"f{number}", number, _MESSAGE)
        field.type_name = name
    note = visit.field.add()
    _field(note, "note", 4, _STRING)
    note.options.MergeFromString(field_meta(doc="what was said"))
    known = (descriptor_pb2, import_module("google.type.date_pb2"), import_module("google.type.money_pb2"))
    files = (each.DESCRIPTOR.serialized_pb for each in (*known, decimal_pb2, meta_pb2))
    return _class([*map(FileDescriptorProto.FromString, files), file], "shop.Visit")


def field_meta(doc: str) -> bytes:
    """Options of a field with Confluent's `field_meta`, serialized."""
    options = descriptor_pb2.FieldOptions()
    meta: Any = meta_pb2  # its stubs lack extensions
    options.Extensions[meta.field_meta].doc = doc
    return options.SerializeToString()


def order_with_passed_on_customer(folder: str) -> type[Message]:
    """An order that imports a file with nothing but a public import of the customer's."""
    customers = FileDescriptorProto(name=f"{folder}/customer.proto", package="shop", syntax="proto3")
    _field(customers.message_type.add(name="Customer").field.add(), "name", 1, _STRING)
    names = [customers.name]
    shared = FileDescriptorProto(name=f"{folder}/all.proto", syntax="proto3", dependency=names, public_dependency=[0])
    orders = FileDescriptorProto(name="order.proto", package="shop", syntax="proto3", dependency=[shared.name])
    field = orders.message_type.add(name="Order").field.add()
    _field(field, "customer", 1, _MESSAGE)
    field.type_name = ".shop.Customer"
    return _class([customers, shared, orders], "shop.Order")


def _field(field: FieldDescriptorProto, name: str, number: int, kind: FieldDescriptorProto.Type.ValueType) -> None:
    field.name, field.number, field.type, field.label = name, number, kind, FieldDescriptorProto.LABEL_OPTIONAL


def _class(files: list[FileDescriptorProto], name: str) -> type[Message]:
    pool = DescriptorPool()
    for file in files:
        pool.Add(file)
    return GetMessageClass(pool.FindMessageTypeByName(name))
