"""Each extra alone: its program starts, and a missing library is one line with its extra."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.acceptance

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).parent / "uv"
SETTINGS = """
[registry]
url = "http://127.0.0.1:9"
[source]
{source}
[destination]
broker = "kafka"
bootstrap = "127.0.0.1:9"
valid = "valid"
dead_letter = "dead"
"""
PUBSUB = 'broker = "pubsub"\nproject = "a-project"\nsubscription = "messages"'
SERVICE_BUS = 'broker = "servicebus"\nnamespace = "a.servicebus.windows.net"\nqueue = "messages"'

NOTHING: Mapping[str, str] = {}
Installed = Callable[[str], Path]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Return the folder of programs of an environment with one extra ("" is none), built once."""
    if not UV.exists():
        pytest.skip("uv is not installed in this environment: `make install` installs it")
    folder = tmp_path_factory.mktemp("extras")
    _run(str(UV), "build", "--quiet", "--out-dir", str(folder), str(ROOT))
    (wheel,) = folder.glob("*.whl")

    @cache
    def environment(extra: str) -> Path:
        home = folder / f"environment-{extra}"
        _run(str(UV), "venv", "--quiet", "--python", sys.executable, str(home))
        python = str(home / "bin" / "python")
        _run(str(UV), "pip", "install", "--quiet", "--python", python, f"{wheel}[{extra}]" if extra else str(wheel))
        return home / "bin"

    return environment


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stderr


def _says(programs: Path, *arguments: str, environment: Mapping[str, str] = NOTHING) -> tuple[int, str]:
    command = [str(programs / "sluicegate"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=dict(environment))
    return done.returncode, done.stdout + done.stderr


def _has(programs: Path, module: str) -> bool:
    script = f"import importlib.util as u, sys; sys.exit(u.find_spec({module!r}) is None)"
    return subprocess.run([str(programs / "python"), "-c", script], timeout=60, check=False).returncode == 0


def test_command_line_alone_has_its_help_and_names_the_extras_of_the_rest(installed: Installed) -> None:
    programs = installed("")
    code, text = _says(programs, "--help")
    assert (code, "Traceback" in text) == (0, False), text
    assert _says(programs, "schema", "--help")[0] == 0
    code, text = _says(programs, "schema", "list", "--registry", "http://127.0.0.1:9")
    assert (code, text.count("\n")) == (3, 1), text
    database = {"SLUICEGATE_REGISTRY_DATABASE_URL": "postgresql://127.0.0.1:9/none"}
    for command, extra in (
        ("registry serve", "registry"),
        ("registry migrate", "registry"),
        (f"infer {ROOT}/helm/compose/servicebus.json", "formats"),
    ):
        code, text = _says(programs, *command.split(), environment=database)
        assert (code, text.count("\n")) == (1, 1), text
        assert f"sluicegate[{extra}]" in text


def test_registry_has_no_broker_and_names_the_extra_of_xml(installed: Installed) -> None:
    programs = installed("registry")
    assert not any(_has(programs, module) for module in ("kafka", "confluent_kafka", "azure", "lxml"))
    assert _says(programs, "registry", "serve", "--help")[0] == 0
    script = (
        "from sluicegate.shared.formats import catalog; from sluicegate.shared.model import SchemaFormat as F\n"
        "catalog.engine(F.AVRO), catalog.engine(F.JSON), catalog.engine(F.PROTOBUF), catalog.engine(F.CSV), catalog.engine(F.TABLE)\n"
        "try: catalog.engine(F.XML)\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    done = subprocess.run(
        [str(programs / "python"), "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.startswith("FormatUnsupported Format 'xml' is not supported here."), done.stdout + done.stderr
    assert "sluicegate[xml]" in done.stdout


def test_validator_has_no_server_and_names_the_extra_of_each_broker(installed: Installed, tmp_path: Path) -> None:
    programs = installed("validator")
    assert not any(_has(programs, module) for module in ("flask", "granian", "psycopg", "kafka", "grpc"))
    file = tmp_path / "validator.toml"
    for source, extra in (
        (PUBSUB, "pubsub"),
        (SERVICE_BUS, "servicebus"),
        ('topic = "messages"\ngroup = "g"', "kafka"),
    ):
        file.write_text(SETTINGS.format(source=source))
        code, text = _says(programs, "validator", "check-config", "-f", str(file))
        assert code == 1, text
        assert f"sluicegate[{extra}]" in text
        assert "Traceback" not in text


def test_validator_with_kafka_accepts_its_settings(installed: Installed, tmp_path: Path) -> None:
    programs = installed("validator,kafka")
    file = tmp_path / "validator.toml"
    file.write_text(SETTINGS.format(source='bootstrap = "127.0.0.1:9"\ntopics = ["messages"]\ngroup = "g"'))
    code, text = _says(programs, "validator", "check-config", "-f", str(file))
    assert code == 0, text
    assert not _has(programs, "flask")
