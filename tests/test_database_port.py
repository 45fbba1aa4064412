"""Where the private database server listens, when others listen too."""

import socket

import pytest

from tooling import postgres, steps
from tooling.steps import CommandFailed


def start_server(folder, monkeypatch, taken, seen_free=()):
    """Start it where ``taken`` was its port, with a program that starts nothing.

    :param seen_free: how often that port looks free although somebody listens there
    :return: the ports that the program was given
    """
    monkeypatch.setattr(postgres, "PORT", folder / "port")
    monkeypatch.setattr(postgres, "_program", lambda name: name)
    really_free, looks, given = postgres.port_is_free, list(seen_free), []

    def is_free(port):
        return looks.pop() if looks and port == taken else really_free(port)

    class Log:
        def call(self, *command, **options):
            port = int(command[command.index("-o") + 1].removeprefix("-p "))
            given.append(port)
            if not really_free(port):
                raise CommandFailed("pg_ctl ended with 1: could not start server")

    monkeypatch.setattr(postgres, "port_is_free", is_free)
    steps.write(postgres.PORT, str(taken))
    postgres._start(Log())
    assert steps.read(postgres.PORT) == str(given[-1])
    return given


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_remembered_port_that_is_taken_is_told_and_left(
    tmp_path, monkeypatch, capsys, taken_port
):
    (given,) = start_server(tmp_path, monkeypatch, taken_port)
    assert given in postgres.PORTS
    assert f"port {taken_port} is taken" in capsys.readouterr().out


def test_port_that_is_taken_after_the_look_is_left(
    tmp_path, monkeypatch, capsys, taken_port
):
    """Two set-ups look at the same moment, and both find the port free."""
    first, second = start_server(tmp_path, monkeypatch, taken_port, seen_free=[True])
    assert first == taken_port and second in postgres.PORTS
    assert f"port {taken_port} is taken" in capsys.readouterr().out


def test_server_that_does_not_start_for_another_reason_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "PORT", tmp_path / "port")
    monkeypatch.setattr(postgres, "_program", lambda name: name)
    monkeypatch.setattr(postgres, "port_is_free", lambda port: True)
    calls = []

    class Log:
        def call(self, *command, **options):
            calls.append(command)
            raise CommandFailed("no space left on device")

    with pytest.raises(CommandFailed, match="no space"):
        postgres._start(Log())
    assert len(calls) == 1
