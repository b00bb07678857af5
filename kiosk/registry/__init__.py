"""What the commune recognised and published: to read, to download as data, to ask for.

Staff write a model on its case's page (staff/models/page.py): the words are kept by
store/models/registry.py, units and figures by adoptions.py. Here `gallery` shows it, `open_data`
gives it as data, `asking` takes requests of other units, which wait in staff/models/spreading.py,
`lasting` takes the answers of those that use it.
Names are read from the authors at each look, so an erasure or a withdrawn consent shows at once.
domain/measures.py says what counts as better, store/models/follow_up.py asks whether it lasted.
"""

from flask import Blueprint

bp = Blueprint("registry", __name__)

from kiosk.registry import asking, gallery, lasting, open_data  # noqa: E402, F401 adding routes
