"""`sluicegate quickstart` with everything real: as a newcomer, a careless one too, would use it."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sluicegate.shared.clock import SystemClock
from sluicegate.shared.quickstart.readiness import until

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]

SECONDS = 60.0
ROOT = Path(__file__).parents[2]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A place that the server's own user can enter when root runs the tests, which pytest's folders are not."""
    with tempfile.TemporaryDirectory(prefix="quickstart-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "data"


@pytest.fixture
def quickstart(data_dir: Path) -> Iterator[Start]:
    """Starts `sluicegate quickstart --json` on free ports, and sees to it that none outlives the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*options: str) -> subprocess.Popen[str]:
        command = [str(Path(sys.executable).with_name("sluicegate")), "quickstart", "--json"]
        command += ["--registry-port", "0", "--kafka-port", "0", "--data-dir", str(data_dir), *options]
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}  # noqa: TID251 - handed on
        started.append(
            subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        )
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=SECONDS)


def addresses(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, f"it ended: {process.communicate(timeout=SECONDS)[1]}"
    found = json.loads(line)
    assert isinstance(found, dict)
    return found


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code, stdout, stderr."""
    out, err = process.communicate(timeout=SECONDS)
    return process.returncode, out, err


def listens(address: str) -> bool:
    host, _, port = address.rpartition("/")[2].rpartition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def wait_until_silent(*where: str) -> None:
    assert until(lambda: not any(map(listens, where)), SECONDS, SystemClock(), lambda: None), f"still there: {where}"


def served(found: dict[str, Any]) -> tuple[str, str, str]:
    return found["registry_url"], found["bootstrap"], found["validator_url"]


def schemas_of(found: dict[str, Any], key: str | None = "manager_key") -> httpx.Response:
    headers = {} if key is None else {"X-API-Key": found[key]}
    return httpx.get(f"{found['registry_url']}/schemas", headers=headers, trust_env=False)


def test_registry_needs_the_key_and_the_validator_has_one_for_reading(quickstart: Start, data_dir: Path) -> None:
    found = addresses(quickstart("--no-demo"))
    assert schemas_of(found, None).status_code == 401
    assert Path(found["manager_key_file"]).read_text().strip() == found["manager_key"]
    found["validator_key"] = (data_dir / "validator.key").read_text().strip()
    assert schemas_of(found, "validator_key").status_code == 200
    headers = {"X-API-Key": found["validator_key"]}
    body = {"schema_type": "json", "specification": "{}", "name": "mine"}
    refused = httpx.post(f"{found['registry_url']}/schemas", json=body, headers=headers, trust_env=False)
    assert refused.status_code == 403
    for pid in found["pids"].values():
        assert "sg_" not in Path(f"/proc/{pid}/cmdline").read_text()


def test_open_registry_needs_no_key(quickstart: Start) -> None:
    process = quickstart("--open", "--exit-after-demo")
    found = addresses(process)
    assert (found["manager_key"], found["manager_key_file"]) == (None, None)
    code, _, err = ended(process)
    assert code == 0, err
    assert "16 messages: 6 valid, 10 dead-lettered" in err


def test_the_demonstration_routes_every_sample_as_expected(quickstart: Start) -> None:
    process = quickstart("--exit-after-demo")
    found = addresses(process)
    code, out, err = ended(process)
    assert (code, out) == (0, ""), err
    assert "16 messages: 6 valid, 10 dead-lettered" in err
    wait_until_silent(*served(found))


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_everything_and_is_no_failure(quickstart: Start, signum: signal.Signals) -> None:
    process = quickstart("--no-demo")
    found = addresses(process)
    assert schemas_of(found).status_code == 200
    process.send_signal(signum)
    code, _, err = ended(process)
    assert code == 0, err
    assert "nothing is left running" in err
    assert not any(map(listens, served(found)))


def test_schemas_outlive_a_run(quickstart: Start) -> None:
    code, _, err = ended(quickstart("--exit-after-demo"))
    assert code == 0, err
    process = quickstart("--no-demo")
    names = [schema["name"] for schema in schemas_of(addresses(process)).json()]
    assert sorted(names) == ["order", "person"]


def test_a_killed_run_leaves_nothing_and_the_next_one_just_works(quickstart: Start) -> None:
    killed = quickstart("--no-demo")
    found = addresses(killed)
    killed.kill()
    code, _, err = ended(quickstart("--exit-after-demo"))
    assert code == 0, err
    wait_until_silent(*served(found))


def test_a_run_that_is_killed_while_it_starts_does_not_spoil_the_next(quickstart: Start, data_dir: Path) -> None:
    killed = quickstart("--no-demo")
    assert until((data_dir / "postgres").exists, SECONDS, SystemClock(), lambda: None)
    killed.kill()
    code, _, err = ended(quickstart("--exit-after-demo"))
    assert code == 0, err


def test_ctrl_c_while_it_starts_stops_it(quickstart: Start, data_dir: Path) -> None:
    process = quickstart("--no-demo")
    assert until((data_dir / "postgres").exists, SECONDS, SystemClock(), lambda: None)
    process.send_signal(signal.SIGINT)
    code, out, err = ended(process)
    assert (code, out) == (128 + signal.SIGINT, ""), err


def test_a_second_run_on_the_same_folder_is_told_so(quickstart: Start) -> None:
    first = quickstart("--no-demo")
    addresses(first)
    code, out, err = ended(quickstart())
    assert (code, out) == (1, "")
    assert "already running on" in err
    assert f"process {first.pid}" in err
    assert first.poll() is None


@pytest.mark.parametrize("option", ["--registry-port", "--kafka-port"])
def test_a_port_in_use_is_named_with_the_option_that_changes_it(quickstart: Start, option: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, _, err = ended(quickstart(option, port))
    assert code == 1
    assert f"Port {port} cannot be used" in err
    assert f"Choose another with {option}" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("part", ["registry", "validator"])
def test_a_part_that_dies_ends_the_run_and_its_log_is_shown(quickstart: Start, part: str) -> None:
    process = quickstart("--no-demo")
    found = addresses(process)
    os.kill(found["pids"][part], signal.SIGKILL)
    code, _, err = ended(process)
    assert code == 1
    assert f"The {part} ended unexpectedly" in err
    assert f"{part}.log" in err
    wait_until_silent(*served(found))


def key_of_the_readme(found: dict[str, Any]) -> str:
    """The commands of the README that make the key known to a shell."""
    block = re.search(r"source .venv/bin/activate\n(export .*\n)", (ROOT / "README.md").read_text())
    assert block
    return block[1].replace(".sluicegate/", f"{found['data_dir']}/")


def pasted(text: str, found: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """Run a block of the README on these addresses; each curl is made to fail at an error status."""
    mine = text.replace("http://127.0.0.1:8080", found["registry_url"]).replace("/schemas/3", "/schemas/1")
    command = key_of_the_readme(found) + mine.replace(
        "curl ", "curl --fail-with-body --silent --show-error --noproxy '*' "
    )
    environment = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "SLUICEGATE_REGISTRY": found["registry_url"],
        "SLUICEGATE_KAFKA": found["bootstrap"],
    }
    return subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, env=environment, timeout=SECONDS
    )


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_examples_of_the_readme_work_after_the_demonstration(quickstart: Start) -> None:
    """Pasted in their order, they do what the page says: the first edit passes, the second is refused with its message."""
    found = addresses(quickstart("--no-demo"))
    readme = (ROOT / "README.md").read_text()
    blocks = re.findall(r"```(?:bash|console)\n(.*?)```", readme, re.DOTALL)
    examples = [block for block in blocks if "curl " in block or "sluicegate send" in block]
    assert len(examples) == 5
    register, passes, breaks, reads, sends = examples
    for block in (register, passes):
        ran = pasted(block, found)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    command, _, answer = breaks.removeprefix("$ ").partition("\n{")
    refused = pasted(command, found)
    assert (refused.returncode, json.loads(refused.stdout)) == (22, json.loads("{" + answer))
    assert pasted(reads, found).returncode == 0
    sent = pasted(sends, found)
    assert (sent.returncode, sent.stdout.count("Valid: arrived"), sent.stdout.count("Dead letter:")) == (1, 1, 1)
    assert "payload_invalid: -1 is less than the minimum of 0 (at /age)" in sent.stdout
    assert "payload_invalid: -1 is less than the minimum of 0 (at /age)" in readme
