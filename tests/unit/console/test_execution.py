"""Which steps of a transfer may run at the same time."""

from sluicegate.shared.console.transfer.execution import waves
from sluicegate.shared.console.transfer.model import MovedVersion, NamedPlace, Place
from sluicegate.shared.console.transfer.planning import Step


def step(
    subject: str, number: int = 1, *references: str, global_id: int | None = 1, schema_id: int | None = None
) -> Step:
    """Return the registration of a version."""
    named = tuple(NamedPlace(each, each, 1) for each in references)
    version = MovedVersion(Place(subject, number), global_id, "AVRO", "{}", named, schema_id=schema_id)
    return Step("+", subject, f"register {number}", version=version)


def names(steps: list[Step]) -> list[list[str]]:
    """Return the waves, each as its sorted steps."""
    return [sorted(f"{each.subject} {each.what}" for each in wave) for wave in waves(steps)]


def test_subjects_are_copied_side_by_side() -> None:
    mode = [Step("~", each, "mode", mode="IMPORT") for each in "ab"]
    steps = [mode[0], step("a"), step("a", 2), mode[1], step("b")]
    assert names(steps) == [["a mode", "b mode"], ["a register 1", "b register 1"], ["a register 2"]]


def test_version_follows_the_versions_it_refers_to() -> None:
    assert names([step("base"), step("top", 1, "base"), step("other")]) == [
        ["base register 1", "other register 1"],
        ["top register 1"],
    ]


def test_versions_without_ids_keep_their_order() -> None:
    steps = [step(each, global_id=None) for each in "abc"]
    assert names(steps) == [[f"{each} register 1"] for each in "abc"]
    steps = [step(each, schema_id=number) for number, each in enumerate("abc", 1)]
    assert names(steps) == [[f"{each} register 1"] for each in "abc"]


def test_settings_of_the_registry_are_a_barrier() -> None:
    wide = [Step("~", each, "configure", config={"compatibility": "FULL"}) for each in ("", ":.eu:")]
    later = Step("~", "a", "mode", mode="READONLY")
    assert names([step("a"), *wide, later, step("b")]) == [
        ["a register 1"],
        [" configure"],
        [":.eu: configure"],
        ["a mode", "b register 1"],
    ]
