"""XSD: orders. The peer is xmlschema."""

from itertools import islice

import xmlschema
from lxml import etree

from benchmarks.contest import Contest, Payloads, Peer
from sluicegate.shared.model import SchemaFormat

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="order">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="customer" type="xs:string"/>
        <xs:element name="state">
          <xs:simpleType>
            <xs:restriction base="xs:string">
              <xs:enumeration value="new"/><xs:enumeration value="paid"/><xs:enumeration value="sent"/>
            </xs:restriction>
          </xs:simpleType>
        </xs:element>
        <xs:element name="item" maxOccurs="unbounded">
          <xs:complexType>
            <xs:sequence>
              <xs:element name="sku" type="xs:token"/>
              <xs:element name="quantity" type="xs:positiveInteger"/>
              <xs:element name="price" type="xs:decimal" minOccurs="0"/>
            </xs:sequence>
          </xs:complexType>
        </xs:element>
      </xs:sequence>
      <xs:attribute name="id" type="xs:long" use="required"/>
      <xs:attribute name="at" type="xs:dateTime"/>
    </xs:complexType>
  </xs:element>
</xs:schema>
"""
_PEER = xmlschema.XMLSchema10(SCHEMA)


def _payloads(items: int) -> Payloads:
    good, bad = (_order(items, last).encode() for last in (3, 0))
    return Payloads(good, bad)


def _order(items: int, last: int) -> str:
    quantities = [*(number % 9 + 1 for number in range(items - 1)), last]
    lines = "".join(
        f"<item><sku>SKU-{number:06}</sku><quantity>{quantity}</quantity><price>{number * 1.25}</price></item>"
        for number, quantity in enumerate(quantities)
    )
    return f'<order id="17" at="2026-01-31T12:00:00Z"><customer>Ada</customer><state>paid</state>{lines}</order>'


CONTEST = Contest(
    format=SchemaFormat.XML,
    schema=SCHEMA,
    payloads={"small": _payloads(2), "20 KB": _payloads(262)},
    bare_name="lxml fromstring",
    bare=etree.fromstring,
    peer=Peer(
        "xmlschema",
        lambda payload: _PEER.is_valid(payload.decode()),
        lambda payload: list(islice(_PEER.iter_errors(payload.decode()), 10)),
    ),
)
