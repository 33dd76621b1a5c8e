"""The program that trial processes run."""

import msgspec

from sluicegate.registry_api.trial.messages import ANSWER_LIMIT
from sluicegate.shared.formats.options import FormatOptions
from sluicegate.shared.sandbox.limits import Limits
from sluicegate.shared.sandbox.process import Program

_USUAL = FormatOptions()

MODULE = "sluicegate.registry_api.trial.child"


def trial_program(limits: Limits, options: FormatOptions = _USUAL, module: str = MODULE) -> Program:
    """Return the program that answers an `Examiner`'s questions with these options."""
    return Program(module, (msgspec.json.encode(options).decode(),), limits, ANSWER_LIMIT)
