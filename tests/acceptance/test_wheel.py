"""The wheel has one top-level package, and works beside packages with the folders' names."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.acceptance

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).parent / "uv"
FOLDERS = ("migrations", "registry_api", "shared", "validator")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel of this clone, built as a release is: from its source distribution."""
    if not UV.exists():
        pytest.skip("uv is not installed in this environment: `make install` installs it")
    out = tmp_path_factory.mktemp("wheel")
    command = [str(UV), "build", "--quiet", "--out-dir", str(out), str(ROOT)]
    subprocess.run(command, check=True, timeout=110)
    (file,) = out.glob("*.whl")
    return zipfile.ZipFile(file)


def test_wheel_has_one_package_at_the_top_level(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"sluicegate"}
    assert {name.split("/")[1] for name in wheel.namelist() if name.startswith("sluicegate/")} == set(FOLDERS)


def test_wheel_has_every_file_that_the_programs_read(wheel: zipfile.ZipFile) -> None:
    kinds = {".py", ".sql", ".proto", ".avsc", ".json", ".toml", ".typed"}
    files = subprocess.run(["git", "ls-files", *FOLDERS], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    wanted = {f"sluicegate/{name}" for name in files.split() if Path(name).suffix in kinds or name.endswith("py.typed")}
    assert wanted - set(wheel.namelist()) == set()


def test_command_starts_beside_other_packages_named_like_our_folders(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path / "installed")
    for folder in FOLDERS:
        (tmp_path / "here" / folder).mkdir(parents=True)
        (tmp_path / "here" / folder / "__init__.py").write_text("raise RuntimeError('another project')\n")
    path = f"import sys; sys.path[:0] = ['', {str(tmp_path / 'installed')!r}]"
    script = f"{path}; import sluicegate.shared.cli as cli; print(cli.__file__); cli.main()"
    command = [sys.executable, "-c", script, "--version"]
    done = subprocess.run(command, cwd=tmp_path / "here", capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert str(tmp_path / "installed") in done.stdout
    assert "version" in done.stdout
