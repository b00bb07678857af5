"""The app of this program, put together from its blueprints."""

from flask import Flask

from shared.runtime.base_app import twin
from shared.runtime.listening import Address
from shared.runtime.site import Site
from sms import android, doors, missed_calls, phones, poke, voice, webhooks
from sms.web import new_app


def sms_app(site: Site, bound: Address, like: Flask | None = None) -> Flask:
    """Return the app that gateways call, with the simulator's telephones; a twin of another
    office's if there is one."""
    if like is not None:
        return twin(like, site, bound)
    app = new_app(site, bound)
    app.before_request(doors.door)
    app.register_blueprint(webhooks.bp)
    app.register_blueprint(voice.bp)
    app.register_blueprint(android.bp)
    app.register_blueprint(poke.bp)
    app.register_blueprint(missed_calls.bp)
    app.register_blueprint(phones.bp)
    return app
