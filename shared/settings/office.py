"""The sections for the office: its name, who may enter, how long things are kept, limits, and the
night's work."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from shared.settings.kinds import (
    clock_hour,
    host_name,
    iana_zone,
    or_empty,
    path,
    phone_number,
    setting,
    several,
    site_address,
    store_address,
    text,
    unit,
    whole,
    yes_no,
)


@dataclass(frozen=True)
class OfficeSettings:
    """The People's Committee that runs this instance."""

    unit: str = setting(
        "",
        or_empty(unit()),
        "The commune's administrative code, as `hienke init` was told. The store holds it and it"
        " never changes: another number here stops the start.",
    )
    name: str = setting(
        "UBND xã Tân An",
        text(60),
        "The office as the screens name it; an SMS carries it unaccented.",
    )
    phone: str = setting("0251 3861 111", text(20), "The number citizens call for help.")
    sms_number: str = setting(
        "",
        or_empty(phone_number()),
        "The SIM that receives the SMS; receipts name it. Empty: no SMS is offered.",
    )
    counter: str = setting("Bộ phận Một cửa", text(60), "The counter where people get help.")
    time_zone: str = setting(
        "Asia/Ho_Chi_Minh", iana_zone(), "The zone of every date and of the cut-off."
    )
    public_url: str = setting(
        "",
        or_empty(site_address()),
        "The address a citizen's phone reaches, in front of every QR. Empty: the public address.",
    )
    hamlets: tuple[str, ...] = setting(
        (),
        several(text(60), "hamlets' names"),
        "The commune's hamlets, as a sender chooses theirs. Empty: they write it themselves.",
    )
    hosts: tuple[str, ...] = setting(
        (),
        several(host_name(), "host names"),
        "Further host names under which this machine may be addressed.",
    )

    @property
    def zone(self) -> ZoneInfo:
        """The time zone as the standard library wants it."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True)
class StoreSettings:
    """Where the store is."""

    url: str = setting(
        "",
        or_empty(store_address()),
        "The PostgreSQL that holds the store, for many units or with a standby (docs/operate.md)."
        " Empty: the file hienke.db beside this one.",
        secret=True,  # who puts a password into it must not see it in a sentence and a log
    )
    wal_hours: int = setting(
        72,
        whole(1, 840),
        "Hours within which whoever runs that server lets its journal, base backups and delayed"
        " standbys forget what was erased; the privacy notice says so.",
    )


@dataclass(frozen=True)
class StaffSettings:
    """Who may enter the staff app, and how."""

    require_totp: bool = setting(True, yes_no(), "A second factor for officer, chair and admin.")


@dataclass(frozen=True)
class RetentionSettings:
    """How long personal data is kept."""

    contact_months: int = setting(
        12,
        whole(1, 120),
        "Months after its end that a proposal keeps name and number; the privacy notice says so.",
    )
    spam_days: int = setting(
        30, whole(1, 3650), "Days after it was marked as junk that an idea is kept."
    )
    sms_days: int = setting(
        90,
        whole(7, 3650),
        "Days that numbers and words of SMS and calls that led to no idea are kept, and what a"
        " gateway handed over of the others.",
    )


@dataclass(frozen=True)
class LimitSettings:
    """Limits against floods and guessing."""

    intake_per_minute_ip: int = setting(
        60,
        whole(1, 10_000),
        "Proposals a minute from one address (of IPv6: one /64); kiosks and this machine are free.",
    )
    lookup_misses_per_hour_ip: int = setting(
        10,
        whole(1, 10_000),
        "Unknown codes an hour from one address (of IPv6: one /64) or one browser that was here"
        " before.",
    )
    lookup_misses_per_minute: int = setting(
        10, whole(1, 10_000), "Unknown codes a minute from everywhere before answers slow down."
    )
    replies_per_hour: int = setting(6, whole(1, 1000), "SMS replies an hour to one number.")
    replies_per_day: int = setting(20, whole(1, 10_000), "SMS replies a day to one number.")
    first_replies_per_day: int = setting(
        300,
        whole(1, 100_000),
        "Numbers a day that are answered for the first time; the next wait for the next day.",
    )
    receipts_per_day: int = setting(
        300,
        whole(1, 100_000),
        "Receipts a day to numbers that were typed at a kiosk or on the web; the next wait for the"
        " next day.",
    )


@dataclass(frozen=True)
class NightSettings:
    """The work that no person starts: reading everything back, backups, tidying."""

    hour: str = setting(
        "02:30",
        clock_hour(),
        "From this hour on the night's work is due. A PC that was off then catches up after its"
        " next start.",
    )


@dataclass(frozen=True)
class BackupSettings:
    """Where the night's backups are copied to, and how many are kept in each place."""

    folders: tuple[str, ...] = setting(
        (),
        several(path(), "absolute paths"),
        "Further folders, on a stick or a network drive, such as /media/usb/hienke. They are never"
        " made: a stick that is not plugged in is told of.",
    )
    keep_days: int = setting(7, whole(1, 35), "For how many days the last backup of each is kept.")
    keep_weeks: int = setting(
        4,
        whole(0, 5),
        "For how many weeks the last backup of each is kept. None is kept for more than 35 days:"
        " what citizens took back must be gone by then.",
    )
