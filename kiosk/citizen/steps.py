"""The screens of sending at a kiosk: one question, and the check of all answers."""

from flask import render_template, request
from werkzeug.wrappers import Response

from kiosk.citizen import answers, hinting, questions
from kiosk.citizen.device import IDLE_SECONDS, IDLE_TYPING_SECONDS, wait
from kiosk.citizen.questions import Question
from kiosk.visitor import this_kiosk
from kiosk.web import settings, store
from shared.domain import clock
from shared.domain.evaluation_year import evaluation_year
from shared.domain.intake import Problem
from shared.domain.proposal import Channel
from shared.store.cases.drafts import Draft
from shared.store.office import campaigns

# Kinds of questions that take time.
_SLOW = ("line", "text", "contact", "recording", "attachments")


def question_page(
    question: Question, given: questions.Answers, problems: list[Problem]
) -> Response:
    """Return one question with its present answer, and what to correct."""
    # An answered question may be shown, even if the answer before it is missing.
    asked = questions.asked(given)
    place = asked.index(question) + 1 if question in asked else question.step
    wait(IDLE_TYPING_SECONDS if question.kind in _SLOW else IDLE_SECONDS)
    return Response(
        render_template(
            "citizen/step.html",
            question=question,
            given=given,
            problems=problems,
            place=place,
            of=len(asked),
            before=questions.address_before(question, given),
            can_speak=questions.can_speak(question, given),
            then=request.values.get("then", ""),
        ),
        mimetype="text/html",
    )


def check_page(draft: Draft, problems: list[Problem]) -> Response:
    """Return all answers to be checked, with hints and what to correct."""
    asked = questions.asked(draft.answers)
    return Response(
        render_template(
            "citizen/check.html",
            questions=asked,
            given=draft.answers,
            problems=problems,
            hints=hinting.hints_for(draft.answers, hinting.left_in(draft.answers)),
            where={name: _to_change(one) for one in asked for name in one.fields},
            to_change=_to_change,
            how_many=questions.how_many,
            counted=_counted(draft.answers),
            before=questions.address_before(None, draft.answers),
        ),
        mimetype="text/html",
    )


def channel_of(given: questions.Answers) -> Channel:
    """Return the channel of an idea with these answers: the kiosk, or one's own browser."""
    return questions.channel(given) or ("kiosk" if this_kiosk() else "web")


def with_status(answer: Response, status: int) -> Response:
    """Return the page with another status."""
    answer.status_code = status
    return answer


def _counted(given: questions.Answers) -> object:
    """Return the year that the proposal will count to if it is sent now (R24)."""
    now = clock.to_local(clock.now(), settings().office.zone)
    return evaluation_year(
        answers.text(given, "participant_type"),
        given.get("insider") == "yes",
        now,
        campaigns.campaign_of(store(), now.year).cutoff,
    )


def _to_change(question: Question) -> str:
    """Return the link from a line of the check screen to its question, and back afterwards."""
    return f"{question.address}{'&' if question.part else '?'}then=check"
