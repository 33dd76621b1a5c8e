from pathlib import Path

import pytest
from click.testing import CliRunner

from sluicegate.shared.quickstart.cli import quickstart


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--no-demo", "--exit-after-demo"], "exclude each other"),
        (["--registry-port", "9092"], "--registry-port and --kafka-port are both 9092"),
        (["--kafka-port", "65536"], "65536 is not in the range"),
        (["--data-dir", __file__], "is a file"),
    ],
)
def test_options_that_cannot_be_are_refused_before_anything_is_made(
    options: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(quickstart, options)
    assert result.exit_code == 2
    assert said in result.output
    assert not list(tmp_path.iterdir())
