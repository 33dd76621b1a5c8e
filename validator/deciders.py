"""Settings -> how messages are decided: the modes, one around the other."""

from sluicegate.shared.model import SchemaId
from sluicegate.validator.modes.automatic import Automatic
from sluicegate.validator.modes.body_check import EncodedBodies
from sluicegate.validator.modes.by_apicurio import ApicurioChoice, ByApicurio
from sluicegate.validator.modes.by_frame import ByFrame
from sluicegate.validator.modes.encryption import Decrypted
from sluicegate.validator.modes.header_check import HeaderChecked
from sluicegate.validator.modes.one_schema import OneSchema
from sluicegate.validator.modes.subject_check import SubjectCheck
from sluicegate.validator.pipeline.budget import DeadLetterBudget
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.decider import ByAttributes, Decider, LatestVersion
from sluicegate.validator.ports import SchemaProvider
from sluicegate.validator.settings.modes import WireFormat
from sluicegate.validator.settings.validator import ValidatorSettings


def decider(settings: ValidatorSettings, provider: SchemaProvider, checks: Checks, *, latest: bool = False) -> Decider:
    """Return the decider that the settings describe.

    Attributes are never encrypted, so they are checked outside of decryption. `latest` replaces the
    version that messages name; inside decryption, because a bound attribute must keep its value.
    """
    chosen = _by_schema(settings, provider, checks)
    if latest:
        chosen = LatestVersion(chosen)
    cipher = settings.encryption.cipher
    if cipher is not None:
        chosen = Decrypted(chosen, cipher)
    chosen = HeaderChecked(chosen, checks, settings.headers.defaults)
    return EncodedBodies(chosen) if settings.source.encodes_bodies else chosen


def budget(settings: ValidatorSettings) -> DeadLetterBudget | None:
    """The budget of dead letters, if there is one."""
    limits = settings.dead_letter_budget.limits
    return None if limits is None else DeadLetterBudget(limits)


def _by_schema(settings: ValidatorSettings, provider: SchemaProvider, checks: Checks) -> Decider:
    one = settings.one_schema
    if one.id is not None:
        return OneSchema(provider, checks, SchemaId(one.id), one.pinned)
    choice = settings.subjects.choice
    subjects = None if choice is None else SubjectCheck(provider, choice)
    by_frame = ByFrame(provider, checks, subjects)
    apicurio = ApicurioChoice(settings.id_bytes, settings.formats.avro_encoding)
    by_apicurio = ByApicurio(provider, checks, apicurio, subjects)
    match settings.wire_format:
        case WireFormat.ATTRIBUTES:
            return ByAttributes(checks)
        case WireFormat.CONFLUENT:
            return by_frame
        case WireFormat.APICURIO:
            return by_apicurio
        case WireFormat.AUTO:
            return Automatic(ByAttributes(checks), by_frame, by_apicurio)
