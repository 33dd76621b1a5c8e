"""XML samples -> a schema that they all fit.

An element inside itself, at any depth, is one type that refers to itself. Elements and attributes
of other namespaces than the root's become wildcards, since one document of a schema declares the
names of one namespace.
"""

from collections.abc import Sequence

from lxml import etree

from sluicegate.shared.errors import SampleUnusable
from sluicegate.shared.formats.engine import Rejection
from sluicegate.shared.formats.xsd.document import hardened
from sluicegate.shared.formats.xsd.inferred_text import Writer
from sluicegate.shared.formats.xsd.observation import Observed, observe
from sluicegate.shared.formats.xsd.payload import MAX_BYTES, MAX_MARKUP
from sluicegate.shared.formats.xsd.reading import PayloadLimits, read_payload

MAX_DEPTH = 60
"""Elements of a sample inside each other, where no element lies inside one of the same name."""


def infer(samples: Sequence[bytes]) -> str:
    """The text of a schema that each sample, an XML document, fits. Raises `SampleUnusable`."""
    if not samples:
        raise SampleUnusable("There is no sample. Give at least one XML file")
    roots = [_root(sample, index) for index, sample in enumerate(samples)]
    namespace = etree.QName(roots[0]).namespace or ""
    found: dict[str, Observed] = {}
    for index, root in enumerate(roots):
        name = etree.QName(root)
        if (name.namespace or "") != namespace:
            said = f"Its root is in the namespace {name.namespace or ''!r}, that of the first sample in {namespace!r}"
            raise SampleUnusable(f"{said}. Give samples of one namespace", index)
        observed = found.setdefault(name.localname, Observed(name.localname, qualified=True))
        try:
            observe(root, observed, namespace, MAX_DEPTH)
        except ValueError as error:
            raise SampleUnusable(str(error), index) from error
    return Writer(namespace).schema(list(found.values()))


def _root(sample: bytes, index: int) -> etree._Element:
    root = read_payload(sample, hardened(), PayloadLimits(MAX_BYTES, MAX_MARKUP))
    if isinstance(root, Rejection):
        raise SampleUnusable(root.violations[0].message.replace("The payload", "It", 1), index)
    return root
