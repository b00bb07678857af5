"""The screens of sending at a kiosk: one question, and the check of all answers."""

from flask import render_template, request
from werkzeug.wrappers import Response

from kiosk.citizen import answers, hinting, questions
from kiosk.citizen.device import IDLE_SECONDS, IDLE_TYPING_SECONDS, wait
from kiosk.citizen.questions import Question
from kiosk.speaking import year_words
from kiosk.visitor import this_kiosk
from kiosk.web import local_now, store
from shared.domain.evaluation_year import EvaluationYear, evaluation_year
from shared.domain.hints import Hint
from shared.domain.intake import Problem
from shared.domain.proposal import NOT_ASKED, Channel, NewProposal
from shared.store.cases.drafts import Draft
from shared.store.office import campaigns

# Kinds of questions that take time.
_SLOW = ("line", "text", "contact", "recording", "attachments")


def question_page(
    question: Question, given: questions.Answers, problems: list[Problem], *, turn: int = 0
) -> Response:
    """Return one question with its present answer, and what to correct. `turn` is when the draft
    was last kept: a choice says from which page it comes."""
    road = questions.road(given)
    wait(IDLE_TYPING_SECONDS if question.kind in _SLOW else IDLE_SECONDS)
    return Response(
        render_template(
            "citizen/step.html",
            question=question,
            given=given,
            problems=problems,
            place=road.index(question) + 1 if question in road else 0,
            of=len(road),
            sends=questions.is_recorded(given) and request.values.get("then", "") != "check",
            turn=turn,
            needs=questions.missing_devices(given),
            before=questions.address_before(question, given),
            can_speak=questions.can_speak(question, given),
            then=request.values.get("then", ""),
        ),
        mimetype="text/html",
    )


def check_page(draft: Draft, problems: list[Problem]) -> Response:
    """Return all answers to be checked, with hints and what to correct."""
    asked, counted = questions.asked(draft.answers), _counted(draft.answers)
    who = answers.text(draft.answers, "participant_type") or NOT_ASKED
    every = [one for one in questions.QUESTIONS if one.is_asked(draft.answers)]
    return Response(
        render_template(
            "citizen/check.html",
            questions=asked,
            given=draft.answers,
            problems=problems,
            hints=_hints(draft),
            where={name: _to_change(one) for one in every for name in one.fields},
            to_change=_to_change,
            how_many=questions.how_many,
            counted=counted,
            counted_year=year_words(counted.year, who, counted.rule),
            before=questions.address_before(None, draft.answers),
        ),
        mimetype="text/html",
    )


def channel_of(given: questions.Answers) -> Channel:
    """Return the channel of an idea with these answers: the kiosk, or one's own browser."""
    return questions.channel(given) or ("kiosk" if this_kiosk() else "web")


def _hints(draft: Draft) -> list[Hint]:
    """Return the hints that are left, without the one for a line that the screen offers anyway."""
    hints = hinting.hints_for(draft.answers, hinting.left_in(draft.answers))
    return [hint for hint in hints if hint.name != "first_part"]


def read_draft(given: questions.Answers) -> NewProposal | list[Problem]:
    """Return the proposal in a draft's answers, or every problem in them."""
    return answers.read(given, channel_of(given))


def with_status(answer: Response, status: int) -> Response:
    """Return the page with another status."""
    answer.status_code = status
    return answer


def _counted(given: questions.Answers) -> EvaluationYear:
    """Return the year that the proposal will count to if it is sent now (R24)."""
    now = local_now()
    return evaluation_year(
        answers.text(given, "participant_type"),
        given.get("insider") == "yes",
        now,
        campaigns.campaign_of(store(), now.year).cutoff,
    )


def _to_change(question: Question) -> str:
    """Return the link from a line of the check screen to its question, and back afterwards."""
    return f"{question.address}{'&' if question.part else '?'}then=check"
