"""A new format is one package and one member of the enumeration: every place serves it."""

import subprocess
import sys
from pathlib import Path

import pytest

TOY = '''"""Schemas are lines `name:type`: a format that only this test has."""

from sluicegate.shared.formats.engine import FormatEngine
from sluicegate.shared.formats.format import Format
from sluicegate.shared.formats.options import FormatOptions
from sluicegate.shared.model import SchemaFormat


def _engine(_: FormatOptions) -> FormatEngine:
    from tests.fakes.schema_engine import CheckingLineEngine

    return CheckingLineEngine(SchemaFormat("toy"))


def _infer(samples):
    return "".join(sample.decode() for sample in samples)


FORMAT = Format(
    name=SchemaFormat("toy"),
    media_type="text/x-toy",
    engine=_engine,
    extensions=(".toy",),
    export_extension=".toy",
    example="a:int",
    payloads=(b"a",),
    sample_extensions=(".toydata",),
    infer=_infer,
)
'''

NEW_MEMBER = """
import sys
from pathlib import Path
from sluicegate.shared import formats
from sluicegate.shared.model import SchemaFormat as F

toy = str.__new__(F, "toy")
toy._name_, toy._value_ = "TOY", "toy"
F._member_map_["TOY"] = F._value2member_map_["toy"] = toy
F._member_names_.append("TOY")
formats.__path__.append(sys.argv[1])
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the package, a schema and two messages."""
    package = tmp_path / "formats" / "toy"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(TOY, encoding="utf-8")
    (tmp_path / "order.toy").write_text("a:int\nb:int", encoding="utf-8")
    (tmp_path / "good.toydata").write_bytes(b"a b")
    (tmp_path / "bad.toydata").write_bytes(b"a")
    return tmp_path


def printed(folder: Path, program: str) -> str:
    """Run a program in which the format exists, and return its output."""
    done = subprocess.run(
        [sys.executable, "-c", NEW_MEMBER + program, str(folder / "formats"), str(folder)],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_catalog_finds_the_package_of_a_new_format(folder: Path) -> None:
    program = """
from sluicegate.shared.formats import catalog
print(list(catalog.FORMATS)[-1], catalog.format_of_file("x.TOY"), catalog.engine(toy).format)
"""
    assert printed(folder, program) == "toy toy toy"


def test_infer_command_serves_a_new_format(folder: Path) -> None:
    program = """
from sluicegate.shared.console.infer import infer
infer([sys.argv[2] + "/bad.toydata"], standalone_mode=False)
"""
    assert printed(folder, program) == "a"


def test_validate_command_serves_a_new_format(folder: Path) -> None:
    program = """
from sluicegate.validator.offline import check
found = check(Path(sys.argv[2], "order.toy"), None, [sys.argv[2] + "/good.toydata", sys.argv[2] + "/bad.toydata"])
print([result.rejection is None for result in found])
"""
    assert printed(folder, program) == "[True, False]"


def test_exports_name_files_of_a_new_format(folder: Path) -> None:
    program = """
from sluicegate.shared.console.transfer.folder import EXTENSIONS
print(EXTENSIONS["TOY"])
"""
    assert printed(folder, program) == ".toy"


@pytest.mark.slow
def test_registry_serves_a_new_format(folder: Path) -> None:
    """Both APIs register it, the trial tries its payloads, and its text has its media type."""
    program = """
from sluicegate.registry_api.trial.trial import TryingExaminer
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import ValidityMode
from tests.fakes.registry_service import Service

TryingExaminer(catalog.engine).content(toy, SchemaSource("a:int"), ValidityMode.FULL)
service = Service(engine=catalog.engine)
print(service.register("a:int", schema_type="toy").status_code)
text = service.client.get("/schemas/1/versions/1/spec")
print(text.headers["content-type"], text.text)
print(service.client.post("/subjects/s/versions", json={"schemaType": "TOY", "schema": "b:int"}).status_code)
"""
    assert [line for line in printed(folder, program).splitlines() if "request answered" not in line] == [
        "201",
        "text/x-toy a:int",
        "200",
    ]
