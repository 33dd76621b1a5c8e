"""Whether one comparison with strings follows from another one.

Where case counts on one side only, little follows: lower-casing is no function of single letters (a
sigma at the end of a word becomes another letter than one within it), so a part of a text need not
stay a part of it.
"""

from dataclasses import dataclass

from sluicegate.shared.formats.csv_schema.model import AnyRule, Literal, Match, MatchRule, Provider, Rule


@dataclass(frozen=True, slots=True)
class Cases:
    """Whether the fact's column (the writer's) and the rule's (the reader's) have `@ignoreCase`."""

    fact: bool
    rule: bool

    @property
    def agree(self) -> bool:
        """Return whether both sides treat case alike."""
        return self.fact == self.rule


def follows(fact: Rule, rule: Rule, cases: Cases) -> bool:
    """Return whether every cell that passes `fact` passes `rule`, for the same cell."""
    given, wanted = values(fact), values(rule)
    if given is not None and wanted is not None:
        return _is_subset(given, wanted, cases)
    if not isinstance(fact, MatchRule) or not isinstance(rule, MatchRule) or fact.match is not rule.match:
        return False
    if fact.match is Match.NOT:
        return _folded(fact.of, cases.fact) == _folded(rule.of, cases.fact) and (cases.fact or not cases.rule)
    if not isinstance(fact.of, Literal) or not isinstance(rule.of, Literal):
        return fact.of == rule.of and cases.agree
    return _literal_follows(fact.match, fact.of.value, rule.of.value, cases)


def values(rule: Rule) -> tuple[Provider, ...] | None:
    """The strings of which a cell must be one."""
    match rule:
        case MatchRule(match=Match.IS):
            return (rule.of,)
        case AnyRule():
            return rule.of
        case _:
            return None


def _is_subset(given: tuple[Provider, ...], wanted: tuple[Provider, ...], cases: Cases) -> bool:
    """Equal strings are equal in lower case too; the other way round nothing follows."""
    if cases.fact and not cases.rule:
        return False
    return {_folded(each, cases.rule) for each in given} <= {_folded(each, cases.rule) for each in wanted}


def _folded(of: Provider, ignore_case: bool) -> Provider:
    return Literal(of.value.lower()) if ignore_case and isinstance(of, Literal) else of


def _literal_follows(match: Match, given: str, wanted: str, cases: Cases) -> bool:
    if not cases.agree and (cases.fact or match is Match.IN or not given.isascii()):
        return False
    if cases.rule:
        given, wanted = given.lower(), wanted.lower()
    match match:
        case Match.STARTS:
            return given.startswith(wanted)
        case Match.ENDS:
            return given.endswith(wanted)
        case _:
            return given in wanted
