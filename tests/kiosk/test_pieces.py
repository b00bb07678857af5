"""A piece of a page is drawn once for what it is drawn from, and anew for anything else."""

from markupsafe import Markup

from kiosk.pieces import pieces


def test_a_piece_is_drawn_once_for_its_key_and_for_each_language(public):
    drawn = []

    def draw(*parts):
        drawn.append(parts)
        return Markup("<p>%s</p>") % parts

    for cookie in ("lang=vi", "lang=vi", "lang=en"):
        with public.test_request_context(headers={"Cookie": cookie}):
            assert pieces(draw)("a") == "<p>a</p>"
            assert pieces(draw)("b") == "<p>b</p>"

    assert drawn == [("a",), ("b",), ("a",), ("b",)]
