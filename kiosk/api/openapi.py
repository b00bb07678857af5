"""`/openapi.json`: the API described from the same values that intake checks."""

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from kiosk.api import bp
from kiosk.api.proposals import CODES, LONGEST_KEY, WAITING
from kiosk.web import site
from shared.domain.intake import SHORT_LETTERS
from shared.domain.proposal import (
    CATEGORIES,
    EFFECTS,
    MATURITIES,
    PARTICIPANT_TYPES,
    RESIDENCES,
    TEXT_LETTERS,
    TITLE_LETTERS,
    Status,
)
from shared.runtime.guarded import ANYBODY

PROBLEM = "application/problem+json"


@bp.get("/openapi.json", allow=ANYBODY)
def openapi() -> ResponseReturnValue:
    """Serve the OpenAPI 3.1 description."""
    return jsonify(describe(site().public_url))


def describe(public_url: str) -> dict[str, Any]:
    """Return the description of the API at `public_url`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hiến Kế",
            "version": "1",
            "description": "Send an idea to the commune and ask where one stands.",
        },
        "servers": [{"url": public_url}],
        "paths": {
            "/api/v1/proposals": {"post": _send()},
            "/api/v1/proposals/{code}": {"get": _standing()},
        },
        "components": {
            "schemas": {
                "NewProposal": _new_proposal(),
                "Receipt": _receipt(),
                "Standing": _standing_schema(),
                "Problem": _problem(),
            }
        },
    }


def _send() -> dict[str, Any]:
    return {
        "operationId": "sendProposal",
        "summary": "Send a proposal, kept once under its Idempotency-Key",
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
            },
            *(_kiosk_header(name, *words) for name, words in _KIOSK_HEADERS.items()),
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _ref("NewProposal")}},
        },
        "responses": {
            "201": _answer("Kept; this is its receipt", "Receipt"),
            "200": _answer("Kept before under this key: the same receipt", "Receipt"),
            **_faults("400", "403", "413", "415", "422", "429", "503"),
        },
    }


# What a kiosk says about an idea that it took while the line was cut (docs/api.md).
_KIOSK_HEADERS = {
    "Kiosk-Pass": ("string", "The kiosk that took it; the Idempotency-Key is the code it gave"),
    "Kiosk-Pressed": ("integer", "When it was sent at the kiosk, as on its slip: ms UTC"),
    "Kiosk-Waited": ("integer", "How long ago that was by the kiosk's clock: ms"),
}


def _kiosk_header(name: str, kind: str, description: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "schema": {"type": kind}, "description": description}


def _standing() -> dict[str, Any]:
    return {
        "operationId": "getStanding",
        "summary": "Where a proposal stands, by its public code",
        "parameters": [
            {
                "name": "code",
                "in": "path",
                "required": True,
                "schema": {"type": "string"},
                "description": "12 digits; blanks, dots and dashes are ignored",
            }
        ],
        "responses": {
            "200": _answer("Its standing", "Standing"),
            **_faults("404", "429", "503"),
        },
    }


_SHORT = {"type": ["string", "null"], "maxLength": SHORT_LETTERS}
_LONG = {"type": ["string", "null"], "maxLength": TEXT_LETTERS}
_TRUTH = {"type": ["boolean", "null"]}


def _new_proposal() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["solution"],
        "additionalProperties": False,
        "properties": {
            "participant_type": {
                "enum": [*PARTICIPANT_TYPES, None],
                "description": "Missing: not asked. Counts as a citizen's until staff settle it",
            },
            **_idea(),
            **_sender(),
            "channel": {
                "enum": ["web", "kiosk", None],
                "description": "kiosk only from an enrolled device",
            },
        },
    }


def _idea() -> dict[str, Any]:
    shortest, longest = TITLE_LETTERS
    category = [*CATEGORIES, *(int(one) for one in CATEGORIES if one.isdigit()), None]
    return {
        "title": {
            "type": ["string", "null"],
            "minLength": shortest,
            "maxLength": longest,
            "description": "Missing: the first words of the solution",
        },
        "solution": {"type": "string", "minLength": 1, "maxLength": TEXT_LETTERS},
        "current_state": _LONG,
        "expected_effect": _LONG,
        "effects": {"type": ["array", "null"], "items": {"enum": list(EFFECTS)}},
        "maturity": {"enum": [*MATURITIES, None]},
        "category": {"enum": category},
        "more_categories": {"type": ["array", "null"], "items": {"enum": category[:-1]}},
    }


def _sender() -> dict[str, Any]:
    return {
        "insider": _TRUTH,
        "unit": _SHORT,
        "position": _SHORT,
        "residence": {"enum": [*RESIDENCES, None]},
        "hamlet": _SHORT,
        "name": _SHORT,
        "phone": {
            "type": ["string", "null"],
            "description": "A Vietnamese mobile number; needs consents.store",
        },
        "under_16": _TRUTH,
        "guardian": _SHORT,
        "consents": {
            "type": ["object", "null"],
            "additionalProperties": False,
            "properties": {
                "store": _TRUTH,
                "sms": _TRUTH,
                "name_me": _TRUTH,
                "notice": {"type": ["string", "integer", "null"]},
            },
        },
        "mobiliser": _SHORT,
    }


_RECEIPT_URL = (
    "Letter for letter the text of the QR: scheme in small letters, the rest in capitals. Left "
    "out where nothing shows that whoever asks sent what it is for"
)


def _receipt() -> dict[str, Any]:
    schema = _object(
        code={"type": "string", "pattern": "^[0-9]{12}$"},
        receipt_url={
            "type": "string",
            "description": _RECEIPT_URL,
            "examples": ["https://TANAN.EXAMPLE.VN/R/7J3K9QX2M4N8P5TW"],
        },
        status={"const": Status.RECEIVED.value},
        received_at={"type": "string", "format": "date-time"},
        evaluation_year={"type": "integer"},
    )
    schema["required"].remove("receipt_url")
    return schema


def _standing_schema() -> dict[str, Any]:
    return _object(
        code={"type": "string", "pattern": "^[0-9]{12}$"},
        status={
            "enum": [*(status.value for status in Status), WAITING],
            "description": f"{WAITING}: a kiosk gave this code and could not hand the idea in yet",
        },
        label={"type": "string"},
        received_at={"type": ["string", "null"], "format": "date-time"},
        changed_at={"type": ["string", "null"], "format": "date-time"},
        withdrawal_due_at={
            "type": ["string", "null"],
            "format": "date-time",
            "description": "When a withdrawal that waits will be done; null if none waits",
        },
        office={"type": "string"},
        next={"type": "string"},
    )


def _problem() -> dict[str, Any]:
    error = _object(
        field={"type": "string"},
        code={"enum": sorted(CODES)},
        detail={"type": "string"},
    )
    return {
        "type": "object",
        "required": ["type", "title", "status"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "errors": {"type": "array", "items": error},
        },
    }


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _answer(description: str, schema: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/json": {"schema": _ref(schema)}},
    }


_FAULTS = {
    "400": "Broken JSON or no Idempotency-Key",
    "403": "Sent by a page of another site",
    "404": "No proposal has this code",
    "413": "Longer than 256 KiB",
    "415": "Not application/json",
    "422": "A field is wrong, or the key was used with another body",
    "429": "Too many; see Retry-After. After too many unknown codes a right one is answered so too",
    "503": "The store is busy; nothing was kept; see Retry-After",
}


def _faults(*statuses: str) -> dict[str, Any]:
    return {
        status: {
            "description": _FAULTS[status],
            "content": {PROBLEM: {"schema": _ref("Problem")}},
        }
        for status in statuses
    }
