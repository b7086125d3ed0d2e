"""Settings from the environment: nonsense is refused with one sentence that names the variable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from helpdesk.settings import env
from helpdesk.settings.env import BadSetting


@pytest.mark.parametrize("value", ["true", "YES", "on", "1", " true "])
def test_a_flag_is_yes_in_every_usual_spelling(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("X_FLAG", value)

    assert env.flag("X_FLAG") is True


@pytest.mark.parametrize("value", ["maybe", "2", "tru", "y"])
def test_a_flag_refuses_everything_else(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("X_FLAG", value)

    with pytest.raises(BadSetting, match="^X_FLAG must be true or false"):
        env.flag("X_FLAG", default=True)


@pytest.mark.parametrize("value", ["0", "11", "-1", "3.5", "1e1", "ten", "٣", "99999999999999999999"])
def test_a_number_refuses_what_is_no_whole_number_within_its_bounds(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("X_NUMBER", value)

    with pytest.raises(BadSetting, match="^X_NUMBER must be a whole number from 1 to 10"):
        env.number("X_NUMBER", 5, least=1, most=10)


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_NUMBER", "")
    monkeypatch.setenv("X_FLAG", " ")

    assert env.number("X_NUMBER", 5) == 5
    assert env.flag("X_FLAG", default=True) is True


def test_a_line_break_is_refused_in_every_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_TEXT", "mail.example.com\r\nBcc: eve@example.com")

    with pytest.raises(BadSetting, match="^X_TEXT must be one line"):
        env.text("X_TEXT")


def test_a_choice_outside_the_list_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_CHOICE", "ssl")

    with pytest.raises(BadSetting, match="^X_CHOICE must be one of none, starttls, tls, not 'ssl'"):
        env.choice("X_CHOICE", ("none", "starttls", "tls"), "tls")


def test_a_list_member_outside_the_options_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_ROLES", "admin, superuser")

    with pytest.raises(BadSetting, match="^X_ROLES .*'superuser'"):
        env.words_from("X_ROLES", ("agent", "admin"))


@pytest.mark.parametrize("value", ["*", "*.example.com", "a b", "http://example.com", "example.com/x", "-a.com"])
def test_host_lists_take_names_only_and_never_a_wildcard(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("X_HOSTS", f"help.example.com,{value}")

    with pytest.raises(BadSetting, match="^X_HOSTS must"):
        env.hosts("X_HOSTS", ())


def test_host_lists_take_names_addresses_and_subdomains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X_HOSTS", "Help.example.com, .example.org,[::1],10.0.0.7")

    assert env.hosts("X_HOSTS", ()) == ["help.example.com", ".example.org", "[::1]", "10.0.0.7"]


@pytest.mark.parametrize(
    "value",
    ["help.example.com", "ftp://a.example", "https://", "https://a.example/path", "https://u@a.example", "https://a:x"],
)
def test_the_base_url_is_a_bare_address(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("X_URL", value)

    with pytest.raises(BadSetting, match="^X_URL"):
        env.base_url("X_URL", "")


@pytest.mark.parametrize("value", ["mysql://a/b", "postgres://host", "postgres://u:p@host:port/db", "helpdesk.sqlite3"])
def test_a_database_url_of_another_kind_is_refused_without_repeating_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str
) -> None:
    monkeypatch.setenv("X_DB", value)

    with pytest.raises(BadSetting, match="^X_DB") as refused:
        env.database("X_DB", tmp_path / "x.sqlite3")

    assert value not in str(refused.value)


def test_a_unix_socket_in_a_database_url_is_decoded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("X_DB", "postgres://app:p%40ss@%2Frun%2Fpg/helpdesk")

    found = env.database("X_DB", tmp_path / "x.sqlite3")

    assert (found["HOST"], found["NAME"], found["USER"], found["PASSWORD"]) == ("/run/pg", "helpdesk", "app", "p@ss")


def test_without_a_database_url_sqlite_in_the_data_folder_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("X_DB", raising=False)

    found = env.database("X_DB", tmp_path / "x.sqlite3")

    assert found["ENGINE"] == "django.db.backends.sqlite3"
    assert found["NAME"] == str(tmp_path / "x.sqlite3")


@pytest.mark.parametrize("value", ["http://host", "redis://", "amqp://host", "host:6379"])
def test_a_redis_url_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("X_REDIS", value)

    with pytest.raises(BadSetting, match="^X_REDIS"):
        env.redis_url("X_REDIS")


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s3cret\n")
    monkeypatch.setenv("X_KEY_FILE", str(tmp_path / "key"))

    assert env.secret("X_KEY") == "s3cret"


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("one")
    monkeypatch.setenv("X_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("X_KEY", "two")

    with pytest.raises(BadSetting, match="^X_KEY and X_KEY_FILE are both set"):
        env.secret("X_KEY")


@pytest.mark.parametrize(("content", "words"), [(None, "cannot be read"), ("  \n", "empty file")])
def test_a_secret_file_that_holds_nothing_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None, words: str
) -> None:
    if content is not None:
        (tmp_path / "key").write_text(content)
    monkeypatch.setenv("X_KEY_FILE", str(tmp_path / "key"))

    with pytest.raises(BadSetting, match=f"^X_KEY_FILE .*{words}"):
        env.secret("X_KEY")


@pytest.mark.parametrize(
    ("smtp", "variable"),
    [
        (("", 587, "starttls", "me", ""), "SMTP_HOST"),
        (("smtp://mail.example.com", 587, "starttls", "", ""), "SMTP_HOST"),
        (("mail.example.com:25", 25, "none", "", ""), "SMTP_HOST"),
        (("mail.example.com", 587, "starttls", "me", ""), "SMTP_USER"),
        (("mail.example.com", 25, "none", "me", "pw"), "SMTP_SECURITY"),
        (("mail.example.com", 465, "starttls", "me", "pw"), "SMTP_PORT"),
        (("mail.example.com", 587, "tls", "me", "pw"), "SMTP_PORT"),
    ],
)
def test_smtp_settings_that_contradict_each_other_are_refused(smtp: tuple[Any, ...], variable: str) -> None:
    with pytest.raises(BadSetting, match=variable):
        env.refuse_half_smtp(*smtp)


@pytest.mark.parametrize("value", ["proxy.example.com", "10.0.0.0/33", "10.0.0.1/8"])
def test_a_proxy_list_takes_addresses_only(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("X_NETS", value)

    with pytest.raises(BadSetting, match="^X_NETS"):
        env.networks("X_NETS")


def test_two_files_that_belong_together_are_given_together(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert env.file_pair("X_CERT", "X_KEY") is None

    paths = [str(tmp_path / name) for name in ("cert", "key")]
    for name, path in zip(("X_CERT", "X_KEY"), paths, strict=True):
        Path(path).touch()
        monkeypatch.setenv(name, path)
    assert env.file_pair("X_CERT", "X_KEY") == (paths[0], paths[1])

    Path(paths[1]).unlink()
    with pytest.raises(BadSetting, match="^X_KEY points to a file that cannot be read"):
        env.file_pair("X_CERT", "X_KEY")

    monkeypatch.delenv("X_KEY")
    with pytest.raises(BadSetting, match="^X_CERT needs X_KEY beside it"):
        env.file_pair("X_CERT", "X_KEY")
    monkeypatch.delenv("X_CERT")
    monkeypatch.setenv("X_KEY", paths[0])
    with pytest.raises(BadSetting, match="^X_KEY needs X_CERT beside it"):
        env.file_pair("X_CERT", "X_KEY")


def test_a_time_zone_is_one_that_this_machine_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.time_zone("X_ZONE", "UTC") == "UTC"

    monkeypatch.setenv("X_ZONE", "Europe/Copenhagen")
    assert env.time_zone("X_ZONE", "UTC") == "Europe/Copenhagen"

    monkeypatch.setenv("X_ZONE", "Europe/Atlantis")
    with pytest.raises(BadSetting, match="X_ZONE must be a time zone"):
        env.time_zone("X_ZONE", "UTC")
