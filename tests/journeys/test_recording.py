"""Speaking, filming and photographing at the kiosk, in a real browser with a fake camera and a
fake microphone: nothing runs unasked, nothing recorded is lost, nothing is left for the next."""

import os
import re
import signal
import wave
from array import array
from collections.abc import Callable, Iterator
from math import pi, sin
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser, BrowserContext, BrowserType, Error, Page, Route, expect

from shared.runtime.instance import Instance
from shared.store.cases import proposals
from shared.store.files import attachments
from shared.store.files.attachments import Attachment
from tests.conftest import SHELL
from tests.journeys import roads
from tests.journeys.conftest import KIOSK, PHONE, TABLET, Programs
from tests.journeys.roads import next_question, open_door, press
from tests.journeys.test_accessibility import assert_for_everybody
from tests.serving import wait_until
from tests.shared.files.test_media import a_picture, a_recording

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RATE = 48_000
MAY_BE_USED = "--use-fake-ui-for-media-stream"
ROAD = {"audio": "Nói vào máy", "paper": "Chụp tờ giấy"}
# The takes that this browser holds: slot, seconds and bytes of each.
TAKES = """(store) => new Promise((found) => {
  const opening = indexedDB.open("hienke");
  opening.onsuccess = () => {
    const asked = opening.result.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => {
      opening.result.close();
      found(asked.result.map((one) => [one.slot ?? one.receipt, one.seconds, one.blob.size]));
    };
  };
})"""
# Whatever was opened can be pulled out: a stopped track says so only when the device goes.
PLUG = """() => {
  window.opened = [];
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await open(wanted);
    window.opened.push(...stream.getTracks());
    return stream;
  };
}"""
PULL = """() => {
  for (const track of window.opened) { track.stop(); track.dispatchEvent(new Event("ended")); }
}"""
FAULT = """(name) => {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", name));
}"""
# A microphone that is switched off at its cable.
SILENT = """() => {
  navigator.mediaDevices.getUserMedia = async () => {
    const context = new AudioContext();
    const sound = new OscillatorNode(context);
    const cable = context.createMediaStreamDestination();
    sound.connect(new GainNode(context, { gain: 0 })).connect(cable);
    sound.start();
    return cable.stream;
  };
}"""


def speech(path: Path, seconds: int = 4) -> Path:
    """Write what a microphone hears of somebody who speaks: syllables of a low voice."""
    voice = (
        0.4 * max(0.0, sin(2 * pi * 3 * at)) * (sin(2 * pi * 140 * at) + sin(2 * pi * 560 * at)) / 2
        for at in (count / RATE for count in range(seconds * RATE))
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(array("h", (int(sample * 32767) for sample in voice)).tobytes())
    return path


def letter(path: Path, frames: int = 4) -> Path:
    """Write what a camera sees of a written sheet."""
    sheet = Image.new("RGB", (1920, 1080), "#f4efe2")
    pen = ImageDraw.Draw(sheet)
    face = ImageFont.load_default(size=48)
    for line in range(14):
        pen.text((120, 80 + line * 68), f"{line + 1}. Cho hen gio truoc khi di", "#1b2b6b", face)
    with av.open(str(path), "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=15)
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuvj420p"
        for _ in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_image(sheet)))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def equipped(
    browser_type_launch_args: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """How a browser is launched that has a microphone and a camera which may be used."""
    folder = tmp_path_factory.mktemp("devices")
    switches = [
        MAY_BE_USED,
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={speech(folder / 'speech.wav')}",
        f"--use-file-for-fake-video-capture={letter(folder / 'letter.mjpeg')}",
    ]
    args = [*browser_type_launch_args["args"], *switches]
    return {**browser_type_launch_args, "executable_path": SHELL, "args": args}


@pytest.fixture(scope="module")
def with_devices(browser_type: BrowserType, equipped: dict[str, Any]) -> Iterator[Browser]:
    browser = browser_type.launch(**equipped)
    yield browser
    browser.close()


@pytest.fixture
def refusing(browser_type: BrowserType, equipped: dict[str, Any]) -> Iterator[Browser]:
    """A browser that lets no page use its microphone and camera."""
    args = [f"{MAY_BE_USED}=deny", *(one for one in equipped["args"] if one != MAY_BE_USED)]
    browser = browser_type.launch(**{**equipped, "args": args})
    yield browser
    browser.close()


@pytest.fixture
def opened(
    with_devices: Browser, browser_type: BrowserType, equipped: dict[str, Any]
) -> Iterator[Callable[..., BrowserContext]]:
    """A builder of contexts whose microphone and camera may be used, unless `browser` is another;
    in `profile` what one keeps outlives it."""
    contexts = []

    def build(
        size: dict[str, int] = KIOSK,
        *,
        browser: Browser = with_devices,
        profile: Path | None = None,
    ) -> BrowserContext:
        known: dict[str, Any] = {"viewport": size, "has_touch": True, "locale": "vi-VN"}
        if profile:
            context = browser_type.launch_persistent_context(profile, **equipped, **known)
        else:
            context = browser.new_context(**known)
        contexts.append(context)
        context.set_default_timeout(30_000)
        return context

    yield build
    for context in contexts:
        context.close()


@pytest.fixture
def booth(opened: Callable[..., BrowserContext], programs: Programs) -> Callable[..., Page]:
    """A builder: the page of a kiosk with a microphone and a camera, at home."""

    def build(*scripts: str, room: int | None = None, **more: Any) -> Page:
        context = opened(**more)
        for script in scripts:
            context.add_init_script(f"({script})()")
        page = context.new_page()
        if room is not None:
            context.new_cdp_session(page).send(
                "Storage.overrideQuotaForOrigin", {"origin": programs.public, "quotaSize": room}
            )
        page.goto(programs.kiosk_link())
        expect(page.locator("[data-devices]")).to_have_value("microphone camera")
        return page

    return build


def choose(page: Page, manner: str) -> None:
    if manner == "video":
        open_door(page, ROAD["audio"], r"/gui/4\?hoi=ghi")
        page.get_by_role("link", name="Chọn cách khác").tap()
        page.get_by_role("button", name="Quay clip").tap()
    else:
        open_door(page, ROAD[manner], r"/gui/4\?hoi=ghi")
    wait_for_recorder(page, manner)


def wait_for_recorder(page: Page, manner: str) -> None:
    """Wait until a recorder hears its buttons: the first screen of a visit forgets the visit before
    first."""
    expect(page.locator(f"[data-recorder={manner}][data-state]")).to_be_visible()


def held(page: Page, store: str = "takes") -> list[Any]:
    return list(page.evaluate(TAKES, store))


def wait_until_empty(page: Page, store: str) -> None:
    def is_empty() -> bool:
        try:
            return held(page, store) == []
        except Error:  # the page is just being left for another
            return False

    wait_until(is_empty)


def wait_for_pieces(page: Page, more_than: int = 0) -> None:
    """Wait until some of what is being recorded is kept."""
    wait_until(lambda: sum(take[2] for take in held(page)) > more_than)


def wait_until_arrived(page: Page) -> None:
    """Wait until the page tells that its file arrived. What a busy machine refused waits up to a
    minute, unless the browser says that the line is back: now and then, as a page that asks
    without a pause is refused as such. Who presses a key is not away."""
    arrived = page.get_by_text("Đã gửi đủ 1 tệp.")
    for second in range(120):
        if arrived.is_visible():
            return
        page.keyboard.press("Shift")
        if second % 5 == 2:
            page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(1000)
    raise AssertionError(f"the file did not arrive: {page.locator('main').inner_text()}")


def for_everybody(page: Page, rows: int = 72) -> None:
    assert_for_everybody(page, rows=rows)


def attached(programs: Programs, code: str) -> list[Attachment]:
    """Return the files of a case that were examined."""
    db = Instance(programs.serving.folder).open()
    try:
        return attachments.of_proposal(db, proposals.by_code(db, code).id)
    finally:
        db.close()


def test_spoken_heard_spoken_again_and_sent_through_a_killed_server(booth, programs, officer):
    page = booth()
    for_everybody(page)
    choose(page, "audio")
    for_everybody(page)

    press(page, "Bắt đầu nói")
    expect(page.get_by_text("Đang ghi âm")).to_be_visible()
    expect(page.locator("[data-level] .on").nth(6)).to_be_attached()
    for_everybody(page)
    page.set_viewport_size(TABLET)
    wait_for_pieces(page)
    page.set_viewport_size(KIOSK)
    press(page, "Dừng")
    expect(page.get_by_role("button", name="Nghe lại")).to_be_focused()
    expect(page.locator("[data-trouble]:visible")).to_have_count(0)
    for_everybody(page)
    page.keyboard.press("Enter")
    wait_until(lambda: page.locator("[data-play]").evaluate("one => one.currentTime > 0"))
    press(page, "Nói lại")
    assert held(page) == []

    press(page, "Bắt đầu nói")
    wait_for_pieces(page)
    page.reload()
    expect(page.get_by_role("button", name="Dùng bản này")).to_be_visible()
    [[slot, seconds, size]] = held(page)
    assert slot == "audio"
    assert size / seconds < 16_000 / 5
    next_question(page, "/gui/10", "Dùng bản này")

    lost = []

    def lose(route: Route) -> None:
        """The first piece arrives and its answer is lost; then the server is killed."""
        if not lost:
            route.fetch()
        elif len(lost) == 1:
            os.kill(programs.serving.child("kiosk"), signal.SIGKILL)
        lost.append(route.request.method)
        route.abort()

    page.route("**/tus/*", lose)
    code = roads.send(page, "Gửi không để tên")
    expect(page.get_by_text("Mạng đang chậm.")).to_be_visible()
    # Only a question to the page lets its requests be answered here.
    wait_until(lambda: page.title() != "" and len(lost) > 1)
    programs.serving.wait_until_well()
    # The page that is opened again sends it, not the one that is left.
    page.reload()
    page.unroute("**/tus/*")
    wait_until_arrived(page)

    assert held(page, "takes") == held(page, "uploads") == []
    wait_until(lambda: attached(programs, code) != [])
    [file] = attached(programs, code)
    assert file.kind == "audio"
    case = officer()
    case.goto(f"{programs.staff}/ho-so/{code}")
    player = case.locator("audio").first
    player.evaluate("one => one.load() || one.play()")
    wait_until(lambda: player.evaluate("one => one.duration > 1"))


def test_at_seventy_one_speaks_and_has_a_receipt_after_five_taps(booth, programs):
    page = booth()
    walk = roads.Walk(page)

    walk.tap(page.locator("button.tile", has_text="Nói vào máy"))
    expect(page.get_by_text("Bản thông báo")).to_be_visible()
    wait_for_recorder(page, "audio")
    walk.tap(page.get_by_role("button", name="Bắt đầu nói"))
    wait_for_pieces(page)
    walk.tap(page.get_by_role("button", name="Dừng"))
    walk.tap(page.get_by_role("button", name="Dùng bản này"))
    walk.tap(page.get_by_role("button", name="Gửi không để tên"))

    expect(page.get_by_role("heading", name="Đã nhận!")).to_be_visible()
    expect(page.get_by_text("Đã gửi đủ 1 tệp.")).to_be_visible()
    print(walk.row("at seventy, by voice"))
    assert walk.screens == ["/", "/gui/4?hoi=ghi", "/gui/10", "/r/…"]
    assert walk.taps == 5


def test_a_door_shows_nobody_what_the_one_before_recorded(booth):
    page = booth()
    choose(page, "audio")
    press(page, "Bắt đầu nói")
    wait_for_pieces(page)
    press(page, "Dừng")
    expect(page.get_by_role("button", name="Dùng bản này")).to_be_visible()
    press(page, "‹ Về trang đầu")
    expect(page.get_by_role("link", name="Viết tiếp", exact=False).first).to_be_visible()

    choose(page, "audio")

    expect(page.get_by_role("button", name="Bắt đầu nói")).to_be_visible()
    wait_until_empty(page, "takes")
    assert "tu-dau" not in page.url


def test_sheets_are_photographed_again_dropped_and_sent(booth, programs):
    page = booth(PLUG)
    choose(page, "paper")
    for_everybody(page)

    press(page, "Mở máy ảnh")
    expect(page.get_by_text("Máy ảnh đang mở")).to_be_visible()
    for_everybody(page)
    press(page, "Chụp")
    expect(page.get_by_role("img", name="Tờ 1")).to_be_visible()
    press(page, "Chụp thêm tờ")
    press(page, "Chụp")
    expect(page.get_by_role("img", name="Tờ 2")).to_be_visible()
    press(page, "Chụp lại tờ cuối")
    press(page, "Đóng máy ảnh")
    expect(page.get_by_role("img", name="Tờ 2")).to_be_visible()
    press(page, "Chụp lại tờ cuối")
    press(page, "Chụp")
    expect(page.get_by_role("img", name="Tờ 2")).to_be_visible()
    expect(page.get_by_role("img", name="Tờ 3")).to_have_count(0)
    for_everybody(page)
    press(page, "Bỏ tờ 1")
    expect(page.get_by_role("img", name="Tờ 2")).to_have_count(0)
    [[_, _, size]] = held(page)
    assert 10_000 < size <= 120_000
    assert page.evaluate("opened.every((track) => track.readyState === 'ended')")
    next_question(page, "/gui/10", "Dùng hình này")
    code = roads.send(page, "Gửi không để tên")
    expect(page.get_by_text("Đã gửi đủ 1 tệp.")).to_be_visible()

    wait_until(lambda: attached(programs, code) != [])
    page.reload()
    picture = page.get_by_role("img", name="Hình 1")
    picture.scroll_into_view_if_needed()
    wait_until(lambda: picture.evaluate("one => one.naturalWidth") == 1600)


def test_a_film_whose_camera_is_pulled_out_goes_on_after_the_visit_and_a_restart(
    booth, opened, programs, tmp_path
):
    page = booth(PLUG, profile=tmp_path)
    choose(page, "video")
    press(page, "Mở máy quay")
    expect(page.get_by_role("button", name="Bắt đầu quay")).to_be_visible()
    for_everybody(page)

    press(page, "Bắt đầu quay")
    wait_for_pieces(page)
    page.evaluate(PULL)
    expect(page.get_by_text("vừa bị ngắt")).to_be_visible()
    for_everybody(page)
    [[_, seconds, size]] = held(page)
    # 250 kB for ten seconds, once the first whole picture is through.
    assert size < 40_000 + seconds * 21_000
    next_question(page, "/gui/10", "Dùng bản này")
    page.route("**/tus", lambda route: route.abort())
    code = roads.send(page, "Gửi không để tên")
    expect(page.get_by_text("Mạng đang chậm.")).to_be_visible()
    assert len(held(page, "uploads")) == 1
    press(page, "Xong, về màn hình đầu")
    expect(page).to_have_url(f"{programs.public}/")
    page.context.close()

    page = opened(profile=tmp_path).new_page()
    page.goto(f"{programs.public}/tra-cuu")

    wait_until_empty(page, "uploads")
    assert "tệp" not in page.locator("body").inner_text()
    wait_until(lambda: attached(programs, code) != [])
    assert [file.kind for file in attached(programs, code)] == ["video"]


def test_what_was_not_sent_is_gone_with_the_visit(booth, programs):
    page = booth()
    choose(page, "paper")
    press(page, "Mở máy ảnh")
    press(page, "Chụp")
    expect(page.get_by_role("img", name="Tờ 1")).to_be_visible()
    assert len(held(page)) == 1

    page.goto(f"{programs.public}/xong")

    expect(page).to_have_url(f"{programs.public}/")
    wait_until_empty(page, "takes")


def test_a_microphone_that_may_not_be_used_leaves_the_other_ways(booth, refusing):
    page = booth(browser=refusing)
    choose(page, "audio")

    press(page, "Bắt đầu nói")

    said = page.get_by_role("alert").filter(visible=True)
    expect(said).to_contain_text("Máy chưa cho dùng")
    for_everybody(page)
    for fault, words in (
        ("NotFoundError", "Máy chưa thấy"),
        ("NotReadableError", "đang bận"),
        ("TypeError", "Máy chưa ghi được"),
    ):
        page.evaluate(FAULT, fault)
        press(page, "Bắt đầu nói")
        expect(said).to_contain_text(words)
    page.get_by_role("link", name="Chọn cách khác").tap()
    page.get_by_role("button", name="Gõ chữ").tap()
    expect(page.locator("#solution")).to_be_visible()


def test_silence_is_said_while_it_lasts_and_afterwards(booth):
    page = booth(SILENT)
    choose(page, "audio")
    press(page, "Bắt đầu nói")

    said = page.get_by_role("alert").filter(visible=True)
    expect(said).to_contain_text("Máy chưa nghe được tiếng.")
    press(page, "Dừng")

    expect(page.get_by_role("button", name="Nói lại")).to_be_visible()
    expect(said).to_contain_text("Máy chưa nghe được tiếng.")


def test_a_browser_without_room_says_so_and_keeps_the_answers(booth, programs):
    page = booth(room=1_000)
    choose(page, "paper")

    press(page, "Mở máy ảnh")
    press(page, "Chụp")

    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("hết chỗ")
    expect(page.get_by_role("button", name="Mở máy ảnh")).to_be_visible()
    for_everybody(page)
    page.get_by_role("link", name="Chọn cách khác").tap()
    page.get_by_role("button", name="Gõ chữ").tap()
    expect(page.locator("#solution")).to_be_visible()


def test_a_phone_sends_files_in_pieces_and_goes_on_after_a_reload(screen, programs, tmp_path):
    picture, recording = tmp_path / "to giay.jpg", tmp_path / "ghi am.wav"
    picture.write_bytes(a_picture())
    recording.write_bytes(a_recording())
    page = screen(PHONE)
    page.goto(f"{programs.public}/gui")
    roads.fill_form(page)
    code = roads.send(page)
    roads.follow(page, "Gửi kèm hình, ghi âm, clip", "/gui-tep")
    for_everybody(page, rows=48)
    page.get_by_label("Chụp tờ giấy hoặc hình").set_input_files(picture)
    page.get_by_label("Hoặc chọn tệp có sẵn").set_input_files([recording])
    page.route("**/tus/*", lambda route: route.abort())

    press(page, "Gửi tệp")

    expect(page.get_by_text("Mạng đang chậm.")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    for_everybody(page, rows=48)
    page.unroute("**/tus/*")
    page.reload()
    expect(page).to_have_url(re.compile(r"/r/[0-9A-Z]{16}\?moi=tep$"))
    wait_until(lambda: len(attached(programs, code)) == 2)
    assert {file.kind for file in attached(programs, code)} == {"image", "audio"}
    assert held(page, "uploads") == []


def test_a_window_that_is_closed_in_the_middle_leaves_its_files_to_the_next(
    screen, programs, tmp_path
):
    picture = tmp_path / "to giay.jpg"
    picture.write_bytes(a_picture())
    page = screen(PHONE)
    page.goto(f"{programs.public}/gui")
    roads.fill_form(page)
    code = roads.send(page)
    roads.follow(page, "Gửi kèm hình, ghi âm, clip", "/gui-tep")
    page.get_by_label("Chụp tờ giấy hoặc hình").set_input_files(picture)
    page.route("**/tus/*", lambda route: route.abort())
    press(page, "Gửi tệp")
    expect(page.get_by_text("Mạng đang chậm.")).to_be_visible()
    other = page.context.new_page()

    other.goto(page.url)
    expect(other.get_by_role("button", name="Gửi tệp")).to_be_visible()
    assert attached(programs, code) == []
    page.close()

    expect(other).to_have_url(re.compile(r"/r/[0-9A-Z]{16}\?moi=tep$"))
    wait_until(lambda: attached(programs, code) != [])
    assert held(other, "uploads") == []


def test_a_file_that_is_too_large_for_the_office_is_said_and_another_can_be_chosen(
    screen, programs, tmp_path
):
    (tmp_path / "lon.jpg").write_bytes(bytes(21 * 1024 * 1024))
    page = screen(PHONE)
    page.goto(f"{programs.public}/gui")
    roads.fill_form(page)
    roads.send(page)
    roads.follow(page, "Gửi kèm hình, ghi âm, clip", "/gui-tep")
    page.get_by_label("Hoặc chọn tệp có sẵn").set_input_files(tmp_path / "lon.jpg")

    press(page, "Gửi tệp")

    expect(page.get_by_role("status")).to_contain_text("Tệp lớn quá")
    expect(page.get_by_role("button", name="Gửi tệp")).to_be_visible()
    assert held(page, "uploads") == []


def test_what_was_spoken_while_the_line_was_cut_follows_its_idea(booth, programs):
    page = booth()
    choose(page, "audio")
    press(page, "Bắt đầu nói")
    wait_for_pieces(page)
    press(page, "Dừng")
    expect(page.get_by_role("button", name="Dùng bản này")).to_be_visible()
    page.context.set_offline(True)

    press(page, "Dùng bản này")
    expect(page).to_have_url(re.compile("/ngoai-tuyen/vi/gui"))
    press(page, "Gửi")
    expect(page).to_have_url(re.compile("/ngoai-tuyen/vi/phieu"))
    code = roads.code_on(page)
    assert held(page, "takes") == []
    assert len(held(page, "uploads")) == 1
    press(page, "Xong, về màn hình đầu")
    page.context.set_offline(False)

    wait_until_empty(page, "uploads")
    wait_until(lambda: attached(programs, code) != [])
    assert [file.kind for file in attached(programs, code)] == ["audio"]


def test_a_part_is_spoken_and_a_picture_comes_along_with_what_was_typed(booth, programs):
    page = booth(size=TABLET)
    open_door(page, "Gõ chữ", "/gui/6")
    wait_for_recorder(page, "audio")
    press(page, "Nói thay vì gõ")
    wait_for_pieces(page)
    expect(page.get_by_role("button", name="Tiếp tục")).to_be_hidden()
    for_everybody(page)
    press(page, "Dừng")
    expect(page.get_by_role("button", name="Nói lại")).to_be_visible()
    for_everybody(page)
    next_question(page, "/gui/1")
    next_question(page, "/gui/10", "Bỏ qua")
    next_question(page, "/gui/12", "Không để tên")
    page.get_by_role("link", name="Có hình hoặc giấy tờ kèm theo không?").tap()
    expect(page).to_have_url(re.compile("hoi=kem"))
    for_everybody(page)
    press(page, "Chụp")
    expect(page.get_by_text("Máy ảnh đang mở")).to_be_visible()
    press(page, "Chụp")
    next_question(page, "/gui/12", "Dùng hình này")
    expect(page.get_by_text("(có ghi âm)")).to_be_visible()
    code = roads.send(page)

    expect(page.get_by_text("Đã gửi đủ 2 tệp.")).to_be_visible()
    wait_until(lambda: len(attached(programs, code)) == 2)
    assert [file.kind for file in attached(programs, code)] == ["audio", "image"]
