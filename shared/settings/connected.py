"""The sections for connected devices: the gateways that carry SMS, and the receipt printer."""

from dataclasses import dataclass

from shared.settings.kinds import (
    base_address,
    bucket_address,
    choice,
    clock_hour,
    matching,
    near_or_sealed_address,
    or_empty,
    path,
    setting,
    site_address,
    text,
    whole,
    yes_no,
)


@dataclass(frozen=True)
class FilesSettings:
    """Where recordings, photos and papers lie, when several machines serve an office."""

    url: str = setting(
        "",
        or_empty(bucket_address()),
        "The S3 bucket that holds the files, never one with versions (docs/operate.md). Empty: the"
        " folder media beside this file.",
    )
    endpoint: str = setting(
        "",
        or_empty(site_address()),
        "The address of its server, such as https://s3.example.vn; empty for Amazon's.",
    )
    region: str = setting(
        "",
        or_empty(matching(r"[a-z0-9-]{1,40}", "a region such as ap-southeast-1")),
        "The region of the bucket, if its server has regions.",
    )


@dataclass(frozen=True)
class TwilioSettings:
    """The keys of a Twilio account; empty means it is not used."""

    account_sid: str = setting(
        "", or_empty(matching(r"AC[0-9a-fA-F]{32}", "AC and 32 hex digits")), "Account SID."
    )
    auth_token: str = setting(
        "",
        or_empty(matching(r"[!-~]+", "printable letters without blanks")),
        "Auth token; signs the webhooks.",
        secret=True,
    )
    from_: str = setting(
        "",
        or_empty(
            matching(
                r"\+?\d{3,15}|[A-Za-z0-9 ]{1,11}|MG[0-9a-f]{32}",
                "a number, a name of at most 11 letters or an MG… id",
            )
        ),
        "The sender: a number, a registered name, or a messaging service (MG…).",
    )
    api_url: str = setting(
        "https://api.twilio.com", site_address(), "Where the API is; a test server may stand in."
    )

    @property
    def is_configured(self) -> bool:
        """True once the account and its token are set."""
        return bool(self.account_sid and self.auth_token)


@dataclass(frozen=True)
class AndroidSettings:
    """The Android phone that carries the SMS (the app SMS Gateway); empty means it is not used."""

    url: str = setting(
        "",
        or_empty(base_address()),
        "Where the app's own server or its cloud is: http://192.168.1.20:8080 on the office's"
        " network, or https://api.sms-gate.app/3rdparty/v1.",
    )
    username: str = setting(
        "",
        or_empty(matching(r"[!-9;-~]+", "printable letters without blanks or colon")),
        "The user name the app shows.",
    )
    password: str = setting(
        "",
        or_empty(matching(r"[ -~]+", "printable letters")),
        "The password the app shows.",
        secret=True,
    )
    signing_key: str = setting(
        "",
        or_empty(matching(r"[!-~]{8,}", "at least 8 printable letters without blanks")),
        "The key with which the app signs what it tells us; nothing is received without it.",
        secret=True,
    )

    @property
    def is_configured(self) -> bool:
        """True once the phone can be asked to send."""
        return bool(self.url and self.username and self.password)


@dataclass(frozen=True)
class GammuSettings:
    """A GSM stick under gammu-smsd; empty means there is none."""

    database: str = setting(
        "", or_empty(path()), "gammu-smsd's SQLite file: the inbox that is read."
    )
    config: str = setting(
        "", or_empty(path()), "gammu-smsd's configuration file: what is sent goes through it."
    )


@dataclass(frozen=True)
class SmsSettings:
    """How this office sends SMS."""

    gateway: str = setting(
        "simulator",
        choice("twilio", "android", "gammu", "simulator"),
        "Which gateway sends; every configured one receives.",
    )
    monthly_budget: int = setting(
        0,
        whole(0, 1_000_000),
        "Most notices a month, receipts to typed numbers included; the next wait. Answers always"
        " go. 0: no limit.",
    )
    price_per_segment: int = setting(
        300,
        whole(0, 100_000),
        "Price of one SMS in dong, as the SIM's plan says; staff see it before a text goes."
        " 0: no price is shown.",
    )
    quiet_from: str = setting("21:00", clock_hour(), "From this hour notices wait.")
    quiet_to: str = setting("07:00", clock_hour(), "Until this hour notices wait.")


@dataclass(frozen=True)
class SpeechSettings:
    """The speech server that drafts what is said in a recording; empty means there is none, and
    no recording leaves this machine."""

    url: str = setting(
        "",
        or_empty(near_or_sealed_address()),
        "A speech server of the office's own choice, such as http://192.168.1.30:8000: recordings"
        " that an officer picks are sent to its /v1/audio/transcriptions. Empty: nothing is sent.",
    )
    model: str = setting("whisper-1", text(80), "The model that it is asked for.")
    key: str = setting(
        "",
        or_empty(matching(r"[!-~]+", "printable letters without blanks")),
        "The key it asks for, if it does.",
        secret=True,
    )
    seconds: int = setting(
        180, whole(1, 900), "Seconds after which an officer is told that it is too slow."
    )


@dataclass(frozen=True)
class PrinterSettings:
    """The receipt printer on this PC's network or cable (ESC/POS), or that of the kiosk's
    browser."""

    kind: str = setting(
        "none",
        choice("none", "usb", "network", "file"),
        "How the receipt printer is reached. none: we have none, see browser.",
    )
    browser: bool = setting(
        False,
        yes_no(),
        "Whether a kiosk without a printer of ours prints by its browser, at a press. true only"
        " where that browser was started with --kiosk-printing and its system has a printer.",
    )
    width: int = setting(80, choice(58, 80), "Width of its paper in millimetres.")
    host: str = setting(
        "",
        or_empty(matching(r"[A-Za-z0-9.-]+", "a host name or an IPv4 address")),
        "Kind network: the printer's address, such as 192.168.1.50.",
    )
    port: int = setting(9100, whole(1, 65535), "Kind network: the printer's port.")
    usb: str = setting(
        "",
        or_empty(
            matching(
                r"[0-9a-fA-F]{4}:[0-9a-fA-F]{4}", "four hex digits, a colon and four hex digits"
            )
        ),
        "Kind usb: vendor and product as `lsusb` shows them, such as 04b8:0202.",
    )
    device: str = setting(
        "", or_empty(path()), "Kind file: the printer's device, such as /dev/usb/lp0."
    )
    answers: bool = setting(
        True,
        yes_no(),
        "Whether the printer answers when it is asked for paper and cover. false for the few that"
        " never do: then nobody learns when the paper is out.",
    )
    kiosk: str = setting(
        "",
        or_empty(text(60)),
        "The name of the kiosk it stands beside. Empty: every kiosk prints on it.",
    )

    @property
    def is_there(self) -> bool:
        """True if this PC prints receipts itself."""
        return self.kind != "none"
