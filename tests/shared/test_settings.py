"""A wrong setting stops the start with one sentence that names the key, the value and what is
allowed; a secret is never printed."""

from dataclasses import fields

import pytest

from shared import settings
from shared.settings import Settings, SettingWrong, from_mapping

SID = "AC" + "0" * 32
TWILIO = {"account_sid": SID, "auth_token": "verysecret", "from": "CAICACH"}
ANDROID = {
    "url": "http://192.168.1.20:8080",
    "username": "sms",
    "password": "verysecret",
    "signing_key": "signs-what-comes",
}
ALL = [
    (section.name, one.name.rstrip("_"))
    for section in fields(Settings)
    for one in fields(section.default_factory)
]
# The least and the most of every number, the most letters of every text that has a most.
RANGES = {
    ("sms", "monthly_budget"): (0, 1_000_000),
    ("sms", "price_per_segment"): (0, 100_000),
    ("printer", "port"): (1, 65_535),
    ("store", "wal_hours"): (1, 840),
    ("retention", "contact_months"): (1, 120),
    ("retention", "spam_days"): (1, 3650),
    ("retention", "sms_days"): (7, 3650),
    ("limits", "intake_per_minute_ip"): (1, 10_000),
    ("limits", "lookup_misses_per_hour_ip"): (1, 10_000),
    ("limits", "lookup_misses_per_minute"): (1, 10_000),
    ("limits", "replies_per_hour"): (1, 1000),
    ("limits", "replies_per_day"): (1, 10_000),
    ("limits", "first_replies_per_day"): (1, 100_000),
    ("limits", "receipts_per_day"): (1, 100_000),
    ("speech", "seconds"): (1, 900),
    ("backup", "keep_days"): (1, 35),
    ("backup", "keep_weeks"): (0, 5),
}
LENGTHS = {
    ("office", "name"): 60,
    ("office", "phone"): 20,
    ("office", "counter"): 60,
    ("printer", "kiosk"): 60,
}
# Values that are not allowed, at least one for every setting.
WRONG = [
    ("office", "name", ""),
    ("office", "name", "x" * 61),
    ("office", "name", "UBND\nxã"),
    ("office", "unit", "00000"),
    ("office", "unit", "2606"),
    ("office", "phone", 251),
    ("office", "sms_number", "call me"),
    ("office", "counter", ""),
    ("office", "time_zone", "Asia/Saigon City"),
    ("office", "time_zone", "../../etc/passwd"),
    ("office", "time_zone", ""),
    ("office", "public_url", "hienke.example"),
    ("office", "public_url", "ftp://hienke.example"),
    ("office", "public_url", "https://hienke.example/app"),
    ("office", "public_url", "https://user:pw@hienke.example"),
    ("office", "public_url", "https://hienke.example:port"),
    ("office", "public_url", "https://[::1"),
    ("office", "hamlets", ["Ấp 1", "x" * 61]),
    ("office", "hosts", "a b"),
    ("office", "hosts", ["kiosk.local", 5]),
    ("twilio", "account_sid", "AC123"),
    ("twilio", "from", "much too long a name"),
    ("twilio", "api_url", ""),
    ("android", "url", "192.168.1.20:8080"),
    ("android", "url", "https://api.sms-gate.app/3rdparty/v1?x=1"),
    ("android", "url", "http://192.168.1.20/with blank"),
    ("android", "username", "sms:gate"),
    ("gammu", "database", "smsd.db"),
    ("speech", "url", "192.168.1.30:8000"),
    ("speech", "url", "http://speech.example"),
    ("speech", "model", ""),
    ("gammu", "config", "etc/gammu-smsdrc"),
    ("sms", "gateway", "pigeon"),
    ("sms", "monthly_budget", -1),
    ("sms", "monthly_budget", 1.5),
    ("sms", "monthly_budget", True),
    ("sms", "quiet_from", "9 pm"),
    ("sms", "quiet_from", "24:00"),
    ("sms", "quiet_to", "7:00"),
    ("staff", "require_totp", "maybe"),
    ("staff", "require_totp", 1),
    ("retention", "contact_months", 0),
    ("limits", "intake_per_minute_ip", 0),
    ("limits", "lookup_misses_per_hour_ip", 10_001),
    ("limits", "lookup_misses_per_minute", "many"),
    ("limits", "replies_per_hour", []),
    ("limits", "replies_per_day", None),
    ("limits", "first_replies_per_day", 0),
    ("limits", "receipts_per_day", 0),
    ("printer", "kind", "laser"),
    ("printer", "width", 60),
    ("printer", "width", "wide"),
    ("printer", "host", "http://192.168.1.50"),
    ("printer", "port", 0),
    ("printer", "usb", "04b8"),
    ("printer", "device", "lp0"),
    ("printer", "answers", "maybe"),
    ("printer", "browser", "maybe"),
    ("printer", "kiosk", "Kiosk 1\nKiosk 2"),
    ("night", "hour", "half past two"),
    ("backup", "folders", ["media/usb"]),
    ("files", "url", "https://s3.example/files"),
    ("files", "url", "s3://"),
    ("files", "url", "s3://one bucket"),
    ("files", "endpoint", "s3.example"),
    ("files", "region", "Ha Noi"),
]
WRONG_SECRETS = [
    ("twilio", "auth_token", "very secret"),
    ("android", "password", "mật khẩu"),
    ("android", "signing_key", "short"),
    ("speech", "key", "two words"),
    ("store", "url", "postgresql://hienke:geheim@db.example/hienke"),
    ("store", "url", "postgresql://hienke@db.example/hienke?password=geheim"),
    ("store", "url", "mysql://db.example/hienke"),
    ("store", "url", "postgresql://db.example"),
]


def said(given: object) -> str:
    """Return the one sentence about what is wrong."""
    with pytest.raises(SettingWrong) as wrong:
        from_mapping(given)  # type: ignore[arg-type]
    sentence = str(wrong.value)
    assert sentence.endswith(".") and "\n" not in sentence
    return sentence


@pytest.mark.parametrize(("section", "key", "value"), WRONG)
def test_a_wrong_value_is_told_with_its_key_and_what_is_allowed(section, key, value):
    [one] = [one for one in fields(getattr(Settings(), section)) if one.name.rstrip("_") == key]

    sentence = said({section: {key: value}})

    assert f"{section}.{key} = {value!r}" in sentence
    assert one.metadata["kind"].allowed in sentence


def test_a_wrong_value_that_is_long_is_told_in_a_short_sentence():
    with pytest.raises(SettingWrong) as told:
        from_mapping({"office": {"name": "x" * 5000}})

    assert "office.name" in str(told.value)
    assert len(str(told.value)) < 300


def test_a_wrong_value_of_every_setting_is_tried():
    numbered = {*RANGES, *LENGTHS}
    tried = {(section, key) for section, key, _ in WRONG + WRONG_SECRETS}

    assert tried | numbered == set(ALL)
    assert {
        (section, key)
        for section, key in ALL
        if type(getattr(getattr(Settings(), section), key, "")) is int and key != "width"
    } == set(RANGES)


@pytest.mark.parametrize(("setting", "ends"), RANGES.items())
def test_a_number_is_taken_from_its_least_to_its_most_and_not_beyond(setting, ends):
    (section, key), (least, most) = setting, ends

    for value in ends:
        for given in (value, str(value)):
            found = from_mapping({section: {key: given}})
            assert getattr(getattr(found, section), key) == value
    for value in (least - 1, most + 1):
        sentence = said({section: {key: value}})
        assert sentence.endswith(f"it must be a whole number from {least} to {most}.")


@pytest.mark.parametrize(("setting", "most"), LENGTHS.items())
def test_a_text_is_taken_up_to_its_most_letters_and_not_beyond(setting, most):
    section, key = setting

    found = from_mapping({section: {key: "ủ" * most}})

    assert getattr(getattr(found, section), key) == "ủ" * most
    assert f"text of 1 to {most} letters" in said({section: {key: "ủ" * (most + 1)}})


@pytest.mark.parametrize("value", [None, {}, [5], 1.5, b"x", float("nan"), 10**30])
def test_a_value_that_no_setting_takes_is_told_of_each(value):
    for section, key in ALL:
        assert f"{section}.{key} = " in said({section: {key: value}})


@pytest.mark.parametrize("section", [one.name for one in fields(Settings)])
def test_a_name_that_no_setting_has_is_told_in_every_section(section):
    known = [key for place, key in ALL if place == section]

    sentence = said({section: {"no_such_setting": 1}})

    assert sentence == (
        f"Setting {section}.no_such_setting is unknown; allowed are {', '.join(known)}."
    )


@pytest.mark.parametrize(("section", "key", "value"), WRONG_SECRETS)
def test_a_wrong_secret_is_told_without_the_secret(section, key, value):
    sentence = said({section: {key: value}})

    assert f"{section}.{key} = (hidden)" in sentence
    assert value not in sentence


def test_a_secret_is_in_no_printed_form_of_the_settings():
    found = from_mapping({"twilio": TWILIO, "android": ANDROID})

    assert found.twilio.auth_token == found.android.password == "verysecret"
    assert "verysecret" not in repr(found) and "verysecret" not in str(found.twilio)
    assert "signs-what-comes" not in repr(found)


def test_a_typo_in_a_key_is_told_with_the_keys_there_are():
    sentence = said({"office": {"nam": "UBND xã Tân An"}})

    assert "office.nam" in sentence and "name, phone, sms_number" in sentence
    assert "UBND" not in sentence


def test_a_typo_in_a_section_is_told_with_the_sections_there_are():
    assert "[offise]" in said({"offise": {}}) and "office, store" in said({"offise": {}})


def test_a_section_that_is_none_is_told():
    assert "[office]" in said({"office": "UBND xã Tân An"})


@pytest.mark.parametrize("missing", ["account_sid", "auth_token", "from"])
def test_twilio_cannot_send_without_its_keys(missing):
    keys = {name: value for name, value in TWILIO.items() if name != missing}

    sentence = said({"sms": {"gateway": "twilio"}, "twilio": keys,
                     "office": {"public_url": "https://sms.xa.example.vn"}})  # fmt: skip

    assert "sms.gateway" in sentence and f"twilio.{missing}" in sentence
    assert "verysecret" not in sentence


def test_twilio_needs_the_public_address_it_signs():
    assert "office.public_url" in said({"sms": {"gateway": "twilio"}, "twilio": TWILIO})


@pytest.mark.parametrize("missing", ["url", "username", "password"])
def test_the_phone_cannot_be_asked_without_its_address_and_login(missing):
    keys = {name: value for name, value in ANDROID.items() if name != missing}

    sentence = said({"android": keys})

    assert f"android.{missing} is empty" in sentence
    assert "verysecret" not in sentence
    assert "android.url" in said({"sms": {"gateway": "android"}})


def test_the_phone_may_send_without_receiving_and_receive_without_sending():
    keys = {name: value for name, value in ANDROID.items() if name != "signing_key"}

    assert from_mapping({"android": keys, "sms": {"gateway": "android"}}).android.is_configured
    assert not from_mapping({"android": {"signing_key": "abc12345"}}).android.is_configured


@pytest.mark.parametrize("url", [ANDROID["url"], "https://api.sms-gate.app/3rdparty/v1"])
def test_the_phone_is_reached_on_the_network_or_through_its_cloud(url):
    assert from_mapping({"android": {**ANDROID, "url": url}}).android.url == url


def test_the_gateways_with_real_telephones_are_told_apart():
    assert from_mapping({}).real_gateways == ()
    assert from_mapping({"twilio": TWILIO, "android": ANDROID}).real_gateways == (
        "twilio",
        "android",
    )


@pytest.mark.parametrize("missing", ["database", "config"])
def test_a_stick_cannot_send_without_both_its_files(missing):
    files = {"database": "/srv/sms/smsd.db", "config": "/etc/gammu-smsdrc", missing: ""}

    sentence = said({"sms": {"gateway": "gammu"}, "gammu": files})

    assert "sms.gateway" in sentence and f"gammu.{missing}" in sentence


def test_a_stick_receives_with_its_database_alone():
    assert from_mapping({"gammu": {"database": "/srv/sms/smsd.db"}}).real_gateways == ("gammu",)
    assert from_mapping({}).real_gateways == ()


@pytest.mark.parametrize(
    ("kind", "missing"), [("network", "host"), ("usb", "usb"), ("file", "device")]
)
def test_a_printer_that_is_nowhere_is_told(kind, missing):
    with pytest.raises(SettingWrong, match=f"printer.kind = '{kind}' needs printer.{missing}"):
        from_mapping({"printer": {"kind": kind}})


def test_a_printer_may_be_reached_each_way():
    for given in (
        {"kind": "network", "host": "192.168.1.50", "width": "58"},
        {"kind": "usb", "usb": "04b8:0202", "answers": "false"},
        {"kind": "file", "device": "/dev/usb/lp0"},
    ):
        assert from_mapping({"printer": given}).printer.is_there
    assert not Settings().printer.is_there


def test_nothing_given_is_the_example_s_office():
    assert from_mapping({}) == Settings()


# --- the file and the environment


def test_the_environment_overrides_the_file(tmp_path):
    (tmp_path / "settings.toml").write_text('[office]\nname = "UBND xã A"\nphone = "1"\n', "utf-8")

    found = settings.load(
        tmp_path,
        {
            "HIENKE_OFFICE_NAME": "UBND xã B",
            "HIENKE_STAFF_REQUIRE_TOTP": "false",
            "HIENKE_LIMITS_REPLIES_PER_DAY": "7",
            "HIENKE_OFFICE_HOSTS": "kiosk.local, 192.168.1.5",
            "HIENKE_TWILIO_FROM": "CAICACH",
            "HIENKE_INSTANCE": str(tmp_path),
            "PATH": "/bin",
        },
    )

    assert (found.office.name, found.office.phone) == ("UBND xã B", "1")
    assert found.staff.require_totp is False
    assert found.limits.replies_per_day == 7
    assert found.office.hosts == ("kiosk.local", "192.168.1.5")
    assert found.twilio.from_ == "CAICACH"


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("HIENKE_OFFICE_NAM", "x", "office.nam"),
        ("HIENKE_OFICE_NAME", "x", "HIENKE_OFICE_NAME"),
        ("HIENKE_OFFICE", "x", "office."),
        ("HIENKE_", "x", "HIENKE_"),
        ("HIENKE_LIMITS_REPLIES_PER_DAY", "seven", "limits.replies_per_day"),
        ("HIENKE_LIMITS_REPLIES_PER_DAY", "99999999999999999999", "limits.replies_per_day"),
        ("HIENKE_STAFF_REQUIRE_TOTP", "no", "staff.require_totp"),
    ],
)
def test_a_wrong_variable_is_told(tmp_path, name, value, named):
    with pytest.raises(SettingWrong) as wrong:
        settings.load(tmp_path, {name: value})

    assert named in str(wrong.value)


def test_no_file_is_every_default(tmp_path):
    assert settings.load(tmp_path, {}) == Settings()


@pytest.mark.parametrize("content", [b"[office\nname = 1", b"\xff\xfe", b'[office]\nname = "a'])
def test_a_file_that_is_no_toml_is_told(tmp_path, content):
    (tmp_path / "settings.toml").write_bytes(content)

    with pytest.raises(SettingWrong, match=r"settings\.toml cannot be read"):
        settings.load(tmp_path, {})


def test_a_file_that_cannot_be_opened_is_told(tmp_path):
    (tmp_path / "settings.toml").mkdir()

    with pytest.raises(SettingWrong, match=r"settings\.toml cannot be read"):
        settings.load(tmp_path, {})


def test_a_file_whose_section_is_a_word_is_told_even_with_the_environment(tmp_path):
    (tmp_path / "settings.toml").write_text('office = "UBND xã Tân An"\n', "utf-8")

    with pytest.raises(SettingWrong, match=r"\[office\]"):
        settings.load(tmp_path, {"HIENKE_OFFICE_NAME": "UBND xã B"})


def test_what_is_written_is_what_is_read(tmp_path):
    office = {"name": 'UBND "xã" \\ Tân An', "hosts": ["kiosk.local"], "sms_number": "0912 345 678"}
    wanted = from_mapping(
        {
            "office": office,
            "twilio": TWILIO,
            "android": ANDROID,
            "staff": {"require_totp": False},
        }
    )

    (tmp_path / "settings.toml").write_text(settings.written(wanted), "utf-8")

    assert settings.load(tmp_path, {}) == wanted


def test_a_file_that_an_editor_marked_as_unicode_is_read(tmp_path):
    (tmp_path / "settings.toml").write_text('[office]\nname = "UBND xã Tân An"\n', "utf-8-sig")

    assert settings.load(tmp_path, {}).office.name == "UBND xã Tân An"


@pytest.mark.parametrize(
    "content",
    [b"[office", '[office]\nname = "x"'.encode("utf-16"), b"a = " + b"[" * 100_000, b"a = \0"],
)
def test_a_file_that_is_broken_is_told_in_a_sentence(tmp_path, content):
    (tmp_path / "settings.toml").write_bytes(content)

    with pytest.raises(SettingWrong, match=r"settings\.toml cannot be read"):
        settings.load(tmp_path, {})
