"""The image without a container engine: its steps in a folder, then both programs from it."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sluicegate.shared.quickstart.ports import free_port
from sluicegate.shared.quickstart.postgres import PostgresServer
from tests.fixtures.programs import until

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
STAGES = re.split(r"^FROM .*\n", DOCKERFILE, flags=re.MULTILINE)[1:]
PREFIX = "/opt/sluicegate"


def values(instruction: str) -> list[str]:
    """The arguments of an instruction of the last stage, with continued lines joined."""
    joined = STAGES[-1].replace("\\\n", " ")
    return re.findall(rf"^{instruction}\s+(.+)$", joined, re.MULTILINE)


def unprivileged(command: list[str]) -> list[str]:
    """The command as the image's user, where this process may change users."""
    user, group = values("USER")[0].split(":")
    change = [
        "setpriv",
        "--reuid",
        user,
        "--regid",
        group,
        "--clear-groups",
        "--no-new-privs",
        "--inh-caps=-all",
        "--bounding-set=-all",
    ]
    return [*change, *command] if os.geteuid() == 0 else command


def interpreter() -> str:
    """A Python that the image's user may run: the tests' own may be in a home folder."""
    found = [sys.executable, "/usr/bin/python3"]
    check = ["-c", f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"]
    for each in found:
        command = unprivileged(
            ["sh", "-c", 'exec "$0" "$@"', each, *check]
        )  # the first program may still use our rights
        if Path(each).exists() and subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return each
    pytest.skip(f"no Python {sys.version_info[0]}.{sys.version_info[1]} is installed that every user may run")


@pytest.fixture(scope="module")
def image() -> Iterator[Path]:
    """Yield the folder /opt/sluicegate of the image, built by the Dockerfile's script."""
    folder = Path(tempfile.mkdtemp(prefix="image-", dir="/tmp"))
    folder.chmod(0o755)
    script = ROOT / "helm/image/install.sh"
    done = subprocess.run(
        [str(script), str(folder / "sluicegate")],
        env=os.environ | {"PYTHON": interpreter(), "BUILD_PYTHON": sys.executable},  # noqa: TID251
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    yield folder / "sluicegate"
    subprocess.run(["chmod", "-R", "u+w", str(folder)], check=True)
    shutil.rmtree(folder)


def as_its_user(image: Path, command: list[str], more: Mapping[str, str]) -> "subprocess.Popen[str]":
    """Start a command of the image with its environment, and as its user if possible."""
    path = values("ENV")[0].split("PATH=")[1].split()[0].replace(PREFIX, str(image))
    environment = {"PATH": f"{path}:/sbin:/usr/sbin", "HOME": "/tmp", "PYTHONDONTWRITEBYTECODE": "1", **more}
    return subprocess.Popen(
        unprivileged(command), cwd="/tmp", env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def said(image: Path, command: list[str], more: Mapping[str, str] | None = None) -> tuple[int, str]:
    running = as_its_user(image, command, more or {})
    text, _ = running.communicate(timeout=110)
    return running.returncode, text


def test_dockerfile_runs_the_script_and_nothing_else() -> None:
    assert re.findall(r"^RUN\s+(.+)$", DOCKERFILE, re.MULTILINE) == [f"helm/image/install.sh {PREFIX}"]
    assert values("COPY") == [f"--from=build {PREFIX} {PREFIX}"]
    assert values("ENTRYPOINT") == ['["sluicegate"]']
    assert values("USER") == ["10001:10001"]


def test_dockerfile_passes_hadolint() -> None:
    linter = Path(sys.executable).parent / "hadolint"
    if not linter.exists():
        pytest.skip("hadolint is not installed in this environment: there is none for this platform")
    done = subprocess.run(
        [str(linter), "Dockerfile"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_builder_is_sent_the_files_that_the_script_reads() -> None:
    script = (ROOT / "helm/image/install.sh").read_text(encoding="utf-8")
    sent = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE))
    (copied,) = re.findall(r"for each in (.+); do", script)
    assert sent == {*copied.split(), "helm/image", "requirements"}


def test_image_has_labels_of_open_containers() -> None:
    (labels,) = values("LABEL")
    names = set(re.findall(r"org\.opencontainers\.image\.(\w+)=", labels))
    assert names == {"title", "description", "licenses", "version", "revision", "created"}


def test_image_has_both_programs_no_pip_and_a_bill_of_materials(image: Path) -> None:
    for command in (["sluicegate", "registry", "serve", "--help"], ["sluicegate", "validator", "run", "--help"]):
        assert said(image, command)[0] == 0
    assert not list(image.glob("lib/*/site-packages/pip"))
    components = json.loads((image / "share/sbom.cdx.json").read_text(encoding="utf-8"))["components"]
    found = {each["name"].lower().replace("_", "-"): each["version"] for each in components}
    pins = re.findall(r"^([\w.-]+)==([^ ;\\]+) *\\?$", (ROOT / "requirements/all.txt").read_text(), re.MULTILINE)
    assert {name: found.get(name.lower().replace("_", "-")) for name, _ in pins} == dict(pins)


def test_tree_cannot_be_written(image: Path) -> None:
    open_paths = [path for path in image.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o222]
    assert open_paths == []


@pytest.fixture
def database() -> Iterator[str]:
    """The address of a Postgres that listens on a port: its socket is closed to the image's user."""
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        Path(folder).chmod(0o711)
        with PostgresServer(Path(folder) / "data", free_port(), durable=False) as server:
            yield server.tcp_url


def test_registry_answers_its_health_check_from_the_image(image: Path, database: str) -> None:
    port = free_port()
    settings = {"SLUICEGATE_REGISTRY_DATABASE_URL": database, "SLUICEGATE_REGISTRY_PORT": str(port)}
    code, text = said(image, ["sluicegate", "registry", "migrate"], settings)
    assert code == 0, text
    (check,) = re.findall(r"CMD (\[.+\])", " ".join(values("HEALTHCHECK")))
    command = [part.replace(PREFIX, str(image)) for part in json.loads(check)]
    address = {"SLUICEGATE_HEALTH_URL": f"http://127.0.0.1:{port}/health"}
    assert said(image, command, address)[0] == 1
    server = as_its_user(image, ["sluicegate", "registry", "serve"], settings)
    try:
        until(
            lambda: said(image, command, address)[0] == 0 or server.poll() is not None,
            "the health check succeeds",
            300.0,
        )
    finally:
        server.terminate()
        text, _ = server.communicate(timeout=60)
    assert server.returncode == 0, text
