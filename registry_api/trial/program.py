"""The program that trial processes run."""

from registry_api.trial.messages import ANSWER_LIMIT
from shared.formats.options import Policy
from shared.sandbox.limits import Limits
from shared.sandbox.process import Program

MODULE = "registry_api.trial.child"


def trial_program(limits: Limits, policy: Policy = Policy.STRICT, module: str = MODULE) -> Program:
    """What `Sandbox` is to run so that it answers an `Examiner`'s questions, comparing JSON schemas by this policy."""
    return Program(module, (policy.value,), limits, ANSWER_LIMIT)
