"""What an installation gets that chooses nothing, in either mode."""

from pathlib import Path

import pytest

from bot.settings import Settings

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def nothing_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PRIVACY_KEY_FILE", "PRIVACY_KEYS", "LOG_FORMAT", "LOG_LEVEL", "METRICS_TOKEN", "MODE", "SIMULATOR"):
        monkeypatch.delenv(f"GONGYOU_{name}", raising=False)


def test_a_demonstration_keeps_its_key_in_the_home_folder_and_not_in_the_repository(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    path = Settings(_env_file=None).privacy_key_file
    assert path is not None
    assert path.expanduser() == tmp_path / ".gongyou" / "privacy.key"
    assert not path.expanduser().is_relative_to(REPOSITORY)


def test_production_has_no_key_that_nobody_gave_it() -> None:
    settings = Settings(_env_file=None, mode="production")
    assert settings.privacy_key_file is None
    assert settings.privacy_keys.get_secret_value() == ""


def test_people_read_a_demonstrations_log_and_programs_that_of_production() -> None:
    assert Settings(_env_file=None).log_format == "console"
    assert Settings(_env_file=None, mode="production").log_format == "json"
    assert Settings(_env_file=None, mode="production").log_level == "info"


def test_secrets_do_not_stand_in_the_settings_own_words() -> None:
    secrets = {
        name: f"secret-{name}" for name in ("wechat_token", "wechat_app_secret", "privacy_keys", "metrics_token")
    } | {"wechat_aes_key": "secret-" + "k" * 36}
    told = repr(Settings(_env_file=None, **secrets))
    assert "secret-" not in told


def test_a_template_is_its_id_alone_or_with_its_keywords(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = '{"job_digest": "tpl-1", "booking_reminder": {"id": "tpl-2", "keywords": {"time": "time2"}}}'
    monkeypatch.setenv("GONGYOU_WECHAT_TEMPLATES", chosen)
    templates = Settings(_env_file=None).wechat_templates
    assert (templates["job_digest"].id, templates["job_digest"].keywords) == ("tpl-1", {})
    assert (templates["booking_reminder"].id, templates["booking_reminder"].keywords) == ("tpl-2", {"time": "time2"})
