"""Message types as protoc would generate them, without protoc."""

from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import Message as Message  # what callers name
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
    """An order with a customer, who stands in a file of another name."""
    customers = FileDescriptorProto(name=f"{folder}/customer.proto", package="shop", syntax="proto3")
    _field(customers.message_type.add(name="Customer").field.add(), "name", 1, _STRING)
    orders = FileDescriptorProto(name="order.proto", package="shop", syntax="proto3", dependency=[customers.name])
    field = orders.message_type.add(name="Order").field.add()
    _field(field, "customer", 1, _MESSAGE)
    field.type_name = ".shop.Customer"
    return _class([customers, orders], "shop.Order")


def _field(field: FieldDescriptorProto, name: str, number: int, kind: FieldDescriptorProto.Type.ValueType) -> None:
    field.name, field.number, field.type, field.label = name, number, kind, FieldDescriptorProto.LABEL_OPTIONAL


def _class(files: list[FileDescriptorProto], name: str) -> type[Message]:
    pool = DescriptorPool()
    for file in files:
        pool.Add(file)
    return GetMessageClass(pool.FindMessageTypeByName(name))
