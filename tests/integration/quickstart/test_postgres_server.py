"""The launcher of the embedded Postgres: starts, restarts, and leftovers of killed runs."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import psycopg
import pytest

from sluicegate.shared.quickstart.cluster import PostgresServerFailed
from sluicegate.shared.quickstart.postgres import PostgresServer
from tests.fixtures.programs import until


@pytest.fixture
def folder() -> Iterator[Path]:
    """Yield a folder that the server's user may enter, for every user of the tests."""
    with TemporaryDirectory(prefix="postgres-") as path:
        Path(path).chmod(0o711)
        yield Path(path) / "data"


def count(server: PostgresServer) -> int:
    """Adds a row to a table and counts them."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("create table if not exists kept (a int)")
        connection.execute("insert into kept values (1)")
        row = connection.execute("select count(*) from kept").fetchone()
        assert row is not None
        return int(row[0])


def postmaster(server: PostgresServer) -> int:
    return int((server.home / "cluster" / "postmaster.pid").read_text().split()[0])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_data_is_kept_from_one_start_to_the_next(folder: Path) -> None:
    with PostgresServer(folder) as server:
        assert count(server) == 1
    assert not server.running
    with server:
        assert count(server) == 2


def test_only_its_own_user_may_look_into_the_data_and_the_socket(folder: Path) -> None:
    with PostgresServer(folder, durable=False) as server:
        modes = {path.name: path.stat().st_mode & 0o777 for path in (server.home / "cluster", server.home / "socket")}
    assert modes == {"cluster": 0o700, "socket": 0o700}


def test_without_a_port_nothing_listens_on_the_network(folder: Path) -> None:
    with PostgresServer(folder, durable=False) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)


def test_a_port_opens_loopback_and_wants_the_password(folder: Path) -> None:
    with PostgresServer(folder, free_port(), durable=False) as server:
        with psycopg.connect(server.tcp_url) as connection:
            assert connection.execute("show listen_addresses").fetchone() == ("127.0.0.1",)
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(server.tcp_url, password="wrong")


def test_a_port_in_use_is_named(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PostgresServerFailed, match=f"Port {port} .* in use"):
            PostgresServer(folder, port, durable=False).start()


def test_a_second_server_on_the_same_folder_is_refused(folder: Path) -> None:
    with PostgresServer(folder, durable=False) as server:
        with pytest.raises(PostgresServerFailed, match="in use by another process"):
            PostgresServer(folder).start()
        assert count(server) == 1


def test_stopping_twice_is_no_error(folder: Path) -> None:
    server = PostgresServer(folder, durable=False).start()
    server.stop()
    server.stop()


def test_a_server_that_was_killed_starts_again_with_its_data(folder: Path) -> None:
    """Its backends live a moment longer, and hold its memory."""
    with PostgresServer(folder) as server, psycopg.connect(server.url):
        assert count(server) == 1
        os.kill(postmaster(server), signal.SIGKILL)
        server.stop()
        with server:
            assert count(server) == 2


def test_a_folder_whose_making_was_interrupted_is_made_anew(folder: Path) -> None:
    with PostgresServer(folder, durable=False) as server:
        cluster = server.home / "cluster"
    cluster.rename(server.home / "cluster.new")
    (server.home / "cluster.new" / "global" / "pg_control").unlink()
    with server:
        assert count(server) == 1


def test_a_run_that_was_killed_while_it_made_the_folder_may_still_be_at_it(folder: Path) -> None:
    """Its `initdb` continues for a moment, and its files do no harm."""
    start = f"from sluicegate.shared.quickstart.postgres import *; PostgresServer(Path({str(folder)!r})).start()"
    for _ in range(3):
        with subprocess.Popen([sys.executable, "-c", start], stderr=subprocess.DEVNULL) as process:
            until(lambda: any(folder.glob("cluster.new*/base")), "initdb is at work")
            process.kill()
        with PostgresServer(folder, durable=False) as server:
            assert count(server) == 1
        shutil.rmtree(server.home / "cluster")


def test_data_of_another_major_version_is_refused_with_both_versions(folder: Path) -> None:
    with PostgresServer(folder, durable=False) as server:
        version = server.home / "cluster" / "PG_VERSION"
    version.write_text("9\n")
    with pytest.raises(PostgresServerFailed, match=r"made by Postgres 9, and this is Postgres \d\d"):
        server.start()


def test_a_pid_that_belongs_to_something_else_by_now_is_forgotten(folder: Path) -> None:
    """As after a restart of the machine."""
    with PostgresServer(folder) as server:
        pid_file = server.home / "cluster" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
        os.kill(postmaster(server), signal.SIGKILL)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        pid_file.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
        with server:
            assert count(server) == 1
        assert other.poll() is None
        other.communicate(b"\n")


def test_a_long_path_gets_its_socket_elsewhere(folder: Path) -> None:
    deep = folder.parent / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    with PostgresServer(deep / "data", durable=False) as server:
        assert count(server) == 1


def test_a_folder_that_cannot_be_made_is_named(folder: Path) -> None:
    folder.write_text("a file")
    with pytest.raises(PostgresServerFailed, match=str(folder)):
        PostgresServer(folder / "below").start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as somebody else")
def test_root_may_name_a_folder_that_nobody_can_enter(folder: Path) -> None:
    closed = folder.parent / "closed"
    closed.mkdir(mode=0o700)
    with PostgresServer(closed / "data", durable=False) as server:
        assert count(server) == 1
        assert not server.home.is_relative_to(closed)
    with PostgresServer(closed / "data", durable=False) as again:
        assert again.home == server.home
        assert count(again) == 2
    shutil.rmtree(server.home)


STARTER = """
from pathlib import Path
from threading import Thread
from sluicegate.shared.quickstart.postgres import PostgresServer
server = PostgresServer(Path({folder!r}), durable=False)
{start}
print((server.home / "cluster" / "postmaster.pid").read_text().split()[0], flush=True)
input()
"""


@contextmanager
def killed_starter(folder: Path, start: str) -> Iterator[int]:
    """The id of a server whose starter was killed."""
    script = STARTER.format(folder=str(folder), start=start)
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        starter.kill()
    yield pid


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
def test_a_server_ends_with_the_process_that_started_it(folder: Path) -> None:
    with killed_starter(folder, "server.start()"):
        for _ in range(200):
            if not (folder / "cluster" / "postmaster.pid").exists():
                return
            Event().wait(0.05)
        pytest.fail("the server lives on")


def test_a_server_that_was_left_running_is_ended_by_the_next_start(folder: Path) -> None:
    """One that was not started from the main thread lives on."""
    with killed_starter(folder, "thread = Thread(target=server.start); thread.start(); thread.join()") as left:
        os.kill(left, 0)
        with PostgresServer(folder, durable=False) as server:
            assert postmaster(server) != left
            assert count(server) == 1
