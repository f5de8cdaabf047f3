"""Settings: `safety.toml` in the data folder, then `SAFETY_*` environment variables."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

ROOT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """What an operator may change without touching the code."""

    model_config = SettingsConfigDict(env_prefix="SAFETY_", extra="forbid")

    data_dir: Path = Field(default=ROOT / "data", description="database, photos and settings file")
    database_url: str = Field(default="", description="empty: SQLite in the data folder")
    public_url: str = Field(default="", description="address that links and codes carry")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    font_path: Path | None = Field(default=None, description="font of printed reports")
    session_idle_minutes: int = Field(default=30, ge=1, le=1440)
    session_hours: int = Field(default=12, ge=1, le=720)
    tablet_idle_minutes: int = Field(default=2, ge=1, le=60)
    trusted_proxy: bool = Field(default=False, description="believe X-Forwarded-For and -Proto")

    @property
    def photo_dir(self) -> Path:
        """Folder of the content-addressed photo store."""
        return self.data_dir / "photos"

    @property
    def file_dir(self) -> Path:
        """Folder of the content-addressed store of scans and tables."""
        return self.data_dir / "files"

    @property
    def url(self) -> str:
        """SQLAlchemy URL of the database in use."""
        return self.database_url or f"sqlite:///{self.data_dir / 'safety.db'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment wins over the file in the data folder."""
        found = env_settings().get("data_dir") or ROOT / "data"
        return (
            init_settings,
            env_settings,
            TomlConfigSettingsSource(settings_cls, Path(str(found)) / "safety.toml"),
        )


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
