"""All settings in one class; units in names. Read from the environment (``GONGYOU_…``) and ``.env``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

AES_KEY_LENGTH = 43
DEMO_KEY_FILE = Path("~/.gongyou/privacy.key")


class WechatTemplate(BaseModel):
    """One of the account's template messages.

    Attributes:
        id: from the account's template library.
        keywords: the template's keyword for each field of the notice; empty where they are the same.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    keywords: dict[str, str] = {}


class Settings(BaseSettings):
    """What an installation chooses.

    Raises:
        pydantic.ValidationError: a value cannot be used; `api.commands` prints it in plain words.
    """

    model_config = SettingsConfigDict(env_prefix="GONGYOU_", env_file=".env", extra="ignore", frozen=True)

    mode: Literal["demo", "production"] = "demo"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    workers: int = Field(default=1, ge=1, le=64)

    data_dir: Path = Path("var")
    corpus_dir: Path = Path("corpus")
    index_dir: Path = Path("indexes")
    documents_url: str = ""
    cache_url: str = ""

    encoder: str = "indexes/encoder"
    intent_model: Path = Path("indexes/intents")
    top_k: int = Field(default=10, ge=1, le=100)

    wechat_token: SecretStr = SecretStr("")
    wechat_aes_key: SecretStr = SecretStr("")
    wechat_app_id: str = ""
    wechat_app_secret: SecretStr = SecretStr("")
    wechat_account_id: str = "gh_gongyou_demo"
    wechat_account_mode: Literal["verified", "passive_only"] = "verified"
    wechat_api_url: str = "https://api.weixin.qq.com"
    wechat_templates: dict[str, WechatTemplate] = {}
    wechat_timestamp_tolerance_s: int = Field(default=300, ge=1)
    callback_max_bytes: int = Field(default=64 * 1024, ge=1024)

    reply_deadline_s: float = Field(default=4.0, gt=0, lt=5)
    jobs_max: int = Field(default=64, ge=1)
    queue_max: int = Field(default=256, ge=0)
    on_site_group_size: int = Field(default=10, ge=2)
    privacy_keys: SecretStr = SecretStr("")
    privacy_key_file: Path | None = Field(
        default_factory=lambda chosen: DEMO_KEY_FILE if chosen.get("mode") == "demo" else None
    )
    log_format: Literal["json", "console"] = Field(
        default_factory=lambda chosen: "console" if chosen.get("mode") == "demo" else "json"
    )
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    metrics_token: SecretStr = SecretStr("")
    simulator: bool = Field(default_factory=lambda chosen: chosen.get("mode") == "demo")

    @field_validator("wechat_aes_key")
    @classmethod
    def _aes_key_has_its_length(cls, value: SecretStr) -> SecretStr:
        secret = value.get_secret_value()
        if secret and len(secret) != AES_KEY_LENGTH:
            msg = (
                f"EncodingAESKey 应为 {AES_KEY_LENGTH} 个字符，现在是 {len(secret)} 个；"
                "请从公众平台“基本配置”里重新复制"
            )
            raise ValueError(msg)
        return value

    @field_validator("wechat_templates", mode="before")
    @classmethod
    def _an_id_alone_is_a_template(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {name: {"id": entry} if isinstance(entry, str) else entry for name, entry in value.items()}

    @property
    def documents_path(self) -> Path:
        """Where the embedded document store lies."""
        return self.data_dir / "gongyou.sqlite3"

    @property
    def cache_path(self) -> Path:
        """Where the embedded cache lies: beside the documents, so that neither waits for the other's writes."""
        return self.data_dir / "cache.sqlite3"

    @property
    def files_path(self) -> Path:
        """Where the embedded file store lies."""
        return self.data_dir / "files"

    @property
    def corpora_dir(self) -> Path:
        """Where corpora beside the shipped one lie."""
        return self.data_dir / "corpora"
