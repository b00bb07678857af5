"""All settings of an instance, section by section, in the order the file has them."""

from dataclasses import dataclass, field, fields
from typing import Any

from shared.settings.connected import Android, Gammu, Printer, Sms, Twilio
from shared.settings.office import Backup, Limits, Night, Office, Retention, Staff


@dataclass(frozen=True)
class Settings:
    """Every setting of an instance, by section."""

    office: Office = field(default_factory=Office)
    twilio: Twilio = field(default_factory=Twilio)
    android: Android = field(default_factory=Android)
    gammu: Gammu = field(default_factory=Gammu)
    sms: Sms = field(default_factory=Sms)
    printer: Printer = field(default_factory=Printer)
    staff: Staff = field(default_factory=Staff)
    retention: Retention = field(default_factory=Retention)
    limits: Limits = field(default_factory=Limits)
    night: Night = field(default_factory=Night)
    backup: Backup = field(default_factory=Backup)

    @property
    def real_gateways(self) -> tuple[str, ...]:
        """The sections that hold keys of a gateway with real telephones behind it."""
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
