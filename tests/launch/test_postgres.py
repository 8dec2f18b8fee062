"""Real servers: made, killed, adopted. Each test has its own."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree, ignore_patterns, rmtree

import psycopg
import pytest

from launch.binaries import find_binaries, reachable_by_all
from launch.place import ROOT
from launch.postgres import SOCKET_PATH_LIMIT, Cluster

DURABLE: dict[str, str] = {}  # a killed server must keep its rows, so these tests do not switch fsync off
MakeCluster = Callable[..., Cluster]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path that any user can reach; pytest's own is neither."""
    path = Path(tempfile.mkdtemp(prefix="eg-"))
    path.chmod(0o755)
    yield path
    rmtree(path, ignore_errors=True)


@pytest.fixture
def make(folder: Path) -> Iterator[MakeCluster]:
    made: list[Cluster] = []

    def make_cluster(name: str = "pg", **options: object) -> Cluster:
        home = folder / name
        home.parent.mkdir(parents=True, exist_ok=True)
        cluster = Cluster(home, DURABLE, **options)  # type: ignore[arg-type]
        made.append(cluster)
        return cluster

    yield make_cluster
    for cluster in made:
        cluster.stop()


def ask(cluster: Cluster, statement: str) -> object:
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        cursor = connection.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def test_it_speaks_utf8_and_utc_and_listens_on_no_network(make: MakeCluster) -> None:
    cluster = make()
    cluster.start()
    names = ("server_encoding", "TimeZone", "listen_addresses", "fsync")
    assert [ask(cluster, f"SHOW {name}") for name in names] == ["UTF8", "UTC", "", "on"]
    assert ask(cluster, "SELECT upper('é')") == "É"


def test_it_does_not_run_as_root(make: MakeCluster) -> None:
    cluster = make()
    cluster.start()
    assert cluster.data.stat().st_uid != 0
    assert cluster.data.stat().st_mode & 0o077 == 0


def test_data_is_kept_across_a_stop(make: MakeCluster) -> None:
    cluster = make()
    cluster.start()
    ask(cluster, "CREATE TABLE kept (n int)")
    cluster.stop()
    assert cluster.pid() is None
    cluster.start()
    assert ask(cluster, "SELECT count(*) FROM kept") == 0


@pytest.mark.parametrize("name", ["my project", 'Müller "IMS"', "a, b", "100% & more?"])
def test_a_path_with_spaces(make: MakeCluster, name: str) -> None:
    cluster = make(name)
    cluster.start()
    assert ask(cluster, "SELECT 1") == 1


def test_a_path_too_long_for_a_socket(make: MakeCluster) -> None:
    cluster = make("/".join(["a-rather-long-folder-name"] * 5))
    cluster.start()
    assert len(os.fsencode(cluster.home)) > SOCKET_PATH_LIMIT
    assert ask(cluster, "SELECT 1") == 1
    socket = Path(str(ask(cluster, "SHOW unix_socket_directories")).strip('"'))
    assert socket.stat().st_mode & 0o077 == 0
    cluster.stop()
    assert not socket.exists()


def test_a_second_start_takes_the_running_server(make: MakeCluster) -> None:
    first, second = make(), make()
    first.start()
    second.start()
    assert second.process is None
    assert second.pid() == first.pid()
    second.stop()
    assert first.pid() is None


@pytest.mark.parametrize("whole_group", [False, True])
def test_killed_it_starts_again_with_its_rows(make: MakeCluster, whole_group: bool) -> None:
    cluster = make()
    cluster.start()
    ask(cluster, "CREATE TABLE kept AS SELECT 4711 AS n")
    # A session that holds on: its server process outlives the killed postmaster for a moment.
    with psycopg.connect(cluster.url(), autocommit=True) as held:
        held.execute("SELECT 1")
        assert cluster.process is not None
        pid = cluster.process.pid
        (os.killpg if whole_group else os.kill)(pid, signal.SIGKILL)
        cluster.process.wait()
        again = make()
        again.start()
        assert ask(again, "SELECT n FROM kept") == 4711


def test_killed_while_made_it_is_made_anew(make: MakeCluster) -> None:
    cluster = make()
    (cluster.home / "data.new" / "half").mkdir(parents=True)
    cluster.data.mkdir()
    cluster.start()
    assert ask(cluster, "SELECT 1") == 1
    assert not (cluster.home / "data.new").exists()


def test_data_of_another_major_version_is_dropped_aloud(make: MakeCluster) -> None:
    said: list[str] = []
    cluster = make(say=said.append)
    cluster.start()
    ask(cluster, "CREATE TABLE old (n int)")
    cluster.stop()
    (cluster.data / "PG_VERSION").write_text("12\n")
    cluster.start()
    assert ask(cluster, "SELECT to_regclass('old')") is None
    assert said == [line for line in said if "PostgreSQL 12" in line]
    assert len(said) == 1


def test_two_processes_start_one_server(folder: Path, make: MakeCluster) -> None:
    script = (
        "import sys; from pathlib import Path; from launch.postgres import Cluster;"
        "c = Cluster(Path(sys.argv[1]), outlives_us=True); c.start(); print(c.pid())"
    )
    command = [sys.executable, "-c", script, str(folder / "pg")]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = {process.communicate()[0].strip() for process in both}
    assert [process.returncode for process in both] == [0, 0]
    assert said == {str(make().pid())}


def test_a_pid_file_that_names_a_stranger_is_not_trusted(make: MakeCluster) -> None:
    cluster = make()
    cluster.start()
    cluster.stop()
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (cluster.data / "postmaster.pid").write_text(f"{stranger.pid}\n{cluster.data}\n0\n5432\n{cluster.home}\n\n")
        assert cluster.pid() is None
        cluster.stop()
        assert stranger.poll() is None
        stranger.kill()
    cluster.start()
    assert ask(cluster, "SELECT 1") == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs PR_SET_PDEATHSIG")
def test_it_does_not_outlive_a_killed_launcher(folder: Path, make: MakeCluster) -> None:
    script = (
        "import sys; from pathlib import Path; from launch.postgres import Cluster;"
        "c = Cluster(Path(sys.argv[1])); c.start(); print(c.pid(), flush=True); sys.stdin.read()"
    )
    launcher = subprocess.Popen(
        [sys.executable, "-c", script, str(folder / "pg")],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert launcher.stdout is not None
    pid = int(launcher.stdout.readline())
    launcher.kill()
    launcher.communicate()
    cluster = make()
    assert cluster._gone(pid, 20)


def python_for_anyone() -> str | None:
    """A Python that another user may run: the environment's own often lies under root's closed home."""
    for path in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        found = Path(path).resolve()
        if found.exists() and reachable_by_all(found):
            version = subprocess.run(
                [found, "-c", "import sys; print(sys.version_info >= (3, 11))"], capture_output=True, check=False
            )
            if version.stdout.strip() == b"True":
                return str(found)
    return None


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests run it as an ordinary user already")
@pytest.mark.skipif(python_for_anyone() is None, reason="every Python here lies behind root's door")
def test_as_an_ordinary_user(folder: Path) -> None:
    home = folder / "theirs"
    home.mkdir()
    os.chown(home, 65534, 65534)
    copytree(ROOT / "launch", folder / "launch", ignore=ignore_patterns("__pycache__"))
    script = (
        "import sys; from pathlib import Path; from launch.postgres import Cluster;"
        "c = Cluster(Path(sys.argv[1])); c.start(); print(c.user, c.pid() is not None); c.stop(); print(c.pid())"
    )
    done = subprocess.run(
        [str(python_for_anyone()), "-c", script, str(home / "pg")],
        cwd=folder, user=65534, group=65534, extra_groups=[], capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "PG_BIN_DIR": str(find_binaries())},
    )  # fmt: skip
    assert done.stdout.split() == ["None", "True", "None"], done.stderr
    assert (home / "pg" / "data").stat().st_uid == 65534
