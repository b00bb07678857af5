"""What leaves a telephone from its receipt: sharing and the picture hold the square code only if
somebody ticks it."""

import pytest
import zxingcpp
from PIL import Image

from shared.domain import codes

pytestmark = pytest.mark.browser
_SHARING = """
  navigator.share = async (what) => { window.shared = what.url; };
"""


@pytest.fixture
def page(browser, citizen):
    """A telephone's page; the app answers each of its requests itself."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, accept_downloads=True)
    context.add_init_script(_SHARING)

    def answer(route):
        asked = route.request.url.removeprefix("http://127.0.0.1:8080")
        came = citizen.get(asked)
        route.fulfill(status=came.status_code, headers=dict(came.headers), body=came.data)

    context.route("**/*", answer)
    yield context.new_page()
    context.close()


@pytest.fixture
def slip(page, a_proposal, secret_of):
    """The printable receipt of a proposal, opened on that telephone, and the proposal."""
    proposal = a_proposal()
    page.goto(f"http://127.0.0.1:8080/r/{secret_of(proposal)}/phieu")
    return page, proposal


def test_sharing_gives_the_public_status_and_never_the_receipt(slip, secret_of):
    page, proposal = slip

    page.get_by_role("button", name="Chia sẻ tình trạng").click()

    page.wait_for_function("window.shared")
    assert page.evaluate("window.shared") == f"http://127.0.0.1:8080/t/{proposal.code}"


def test_a_picture_has_the_square_code_only_if_it_is_wanted(slip, tmp_path):
    page, _ = slip
    found = []

    for _ in range(2):
        with page.expect_download() as coming:
            page.get_by_role("button", name="Lưu phiếu thành hình").click()
        coming.value.save_as(tmp_path / "picture.png")
        found.append(
            [one.text for one in zxingcpp.read_barcodes(Image.open(tmp_path / "picture.png"))]
        )
        page.get_by_label("Kèm mã QR trong hình").check()

    assert found[0] == []
    assert [codes.tidy_secret(one[-16:]) for one in found[1]] == [page.url.split("/")[4]]
    assert page.get_by_text("Hình có mã QR thì ai có hình").is_visible()
