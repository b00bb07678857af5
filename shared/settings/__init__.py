"""The settings of one instance: read once at the start, frozen, passed in.

`settings.toml` in the instance folder, overridden by `HIENKE_<SECTION>_<KEY>`. A wrong setting
raises SettingWrong with one sentence that names the key, the value and what is allowed. A field's
kind (kinds.py) makes both the check and that sentence. The campaign (year, cut-off, legal basis)
is no setting: it is in the store.
"""

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
from shared.settings.reading import (
    SettingWrong,
    check_unit,
    files_of,
    from_mapping,
    load,
    set_outside,
    store_of,
)
from shared.settings.sections import Settings
from shared.settings.writing import example, with_value, written

__all__ = [
    "AndroidSettings",
    "BackupSettings",
    "FilesSettings",
    "GammuSettings",
    "LimitSettings",
    "NightSettings",
    "OfficeSettings",
    "PrinterSettings",
    "RetentionSettings",
    "SettingWrong",
    "Settings",
    "SmsSettings",
    "SpeechSettings",
    "StaffSettings",
    "StoreSettings",
    "TwilioSettings",
    "check_unit",
    "example",
    "files_of",
    "from_mapping",
    "load",
    "set_outside",
    "store_of",
    "with_value",
    "written",
]
