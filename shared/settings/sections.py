"""All settings of an instance, section by section, in the order the file has them."""

from dataclasses import dataclass, field, fields
from typing import Any

from shared.settings.connected import (
    AndroidSettings,
    FilesSettings,
    GammuSettings,
    PrinterSettings,
    SmsSettings,
    SpeechSettings,
    TwilioSettings,
)
from shared.settings.office import (
    BackupSettings,
    LimitSettings,
    NightSettings,
    OfficeSettings,
    RetentionSettings,
    StaffSettings,
    StoreSettings,
)


@dataclass(frozen=True)
class Settings:
    """Every setting of an instance, by section."""

    office: OfficeSettings = field(default_factory=OfficeSettings)
    store: StoreSettings = field(default_factory=StoreSettings)
    files: FilesSettings = field(default_factory=FilesSettings)
    twilio: TwilioSettings = field(default_factory=TwilioSettings)
    android: AndroidSettings = field(default_factory=AndroidSettings)
    gammu: GammuSettings = field(default_factory=GammuSettings)
    sms: SmsSettings = field(default_factory=SmsSettings)
    speech: SpeechSettings = field(default_factory=SpeechSettings)
    printer: PrinterSettings = field(default_factory=PrinterSettings)
    staff: StaffSettings = field(default_factory=StaffSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    limits: LimitSettings = field(default_factory=LimitSettings)
    night: NightSettings = field(default_factory=NightSettings)
    backup: BackupSettings = field(default_factory=BackupSettings)

    @property
    def real_gateways(self) -> tuple[str, ...]:
        """The sections with keys of a gateway that reaches real telephones."""
        twilio, android = self.twilio, self.android
        keys = {
            "twilio": twilio.account_sid or twilio.auth_token,
            "android": android.url or android.username or android.password or android.signing_key,
            "gammu": self.gammu.database or self.gammu.config,
        }
        return tuple(section for section, found in keys.items() if found)


SECTIONS: dict[str, Any] = {one.name: one.default_factory for one in fields(Settings)}


def key_of(name: str) -> str:
    """Return a field's name as the file writes it: `from` is a Python word, its field is
    `from_`."""
    return name.rstrip("_")
