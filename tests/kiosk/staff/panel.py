"""The panel of a case, as somebody who has its page open fills it in and saves it."""

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def panel_in(page: TestResponse) -> tuple[str, dict[str, Any]]:
    """Return where a page's panel sends to and what stands in it; "" where there is none."""
    panel = page.text.partition('id="panel"')[2].partition("</section>")[0]
    action = re.search(r'action="([^"]+)"', panel)
    fields: dict[str, Any] = dict(
        re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', panel)
    )
    for select in re.findall(r"<select.*?</select>", panel, re.S):
        name = re.search(r'name="([^"]+)"', select)
        chosen = re.search(r'value="([^"]*)" selected', select)
        first = re.search(r'value="([^"]*)"', select)
        assert name and first
        fields[name[1]] = (chosen or first)[1]
    for name, value in re.findall(
        r'type="checkbox"\s+name="([^"]+)"\s+value="([^"]*)"\s+checked', panel
    ):
        fields.setdefault(name, []).append(value)
    return unescape(action[1]) if action else "", fields


def sort_case(client: FlaskClient, code: str, **wanted: Any) -> TestResponse:
    """Save the panel of a case with what is `wanted` and nothing that it suggests, and stay."""
    page = client.get(f"/ho-so/{code}")
    assert page.status_code == 200, page.status_code
    action, chosen = panel_in(page)
    as_it_is = {name: chosen[f"seen_{name}"] for name in ("owner", "category", "field")}
    return client.post(action, data={**chosen, **as_it_is, "to": "", **wanted, "go": "stay"})
