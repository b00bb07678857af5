"""Every table's card, in the order of an export's sheets: the whole store."""

from typing import Any

from shared.db.card import Table
from shared.db.daily_roots import DAILY_HEAD
from shared.db.event_log import EVENT
from shared.db.search import SEARCH_ROW
from shared.db.throttle import THROTTLE
from shared.store.awards.awards import HONOUR
from shared.store.awards.checks import AWARD_CHECK
from shared.store.awards.conferences import CONFERENCE, DELIVERY
from shared.store.awards.printed_names import HONOUR_NAME
from shared.store.awards.rules import AWARD_RULES
from shared.store.cases.appraisals import APPRAISAL, EXPECTED_EFFECT
from shared.store.cases.authors import AUTHOR
from shared.store.cases.award_turns import AWARD_COUNT, AWARD_DUE
from shared.store.cases.collectives import COLLECTIVE, COLLECTIVE_ITEM
from shared.store.cases.compared import ALIKE, TO_COMPARE
from shared.store.cases.completeness import COMPLETENESS
from shared.store.cases.contact_due import CONTACT_DUE
from shared.store.cases.conversation import ADDITION, REPLY
from shared.store.cases.drafts import DRAFT
from shared.store.cases.entries import ENTRY
from shared.store.cases.expectations import EXPECTATION
from shared.store.cases.idea_counts import DUE_COUNT, IDEA_COUNT
from shared.store.cases.merges import MERGE
from shared.store.cases.moves import MOVE
from shared.store.cases.notes import CASE_NOTE
from shared.store.cases.paper_checks import RECONCILIATION, RECONCILIATION_PAPER
from shared.store.cases.paper_forms import PAPER_FORM
from shared.store.cases.paper_titles import PAPER_TITLE
from shared.store.cases.parked_drafts import HELD
from shared.store.cases.pending_acts import PENDING_ACT
from shared.store.cases.proposals import PROPOSAL
from shared.store.cases.receipts import RECEIPT
from shared.store.cases.redactions import REDACTION
from shared.store.cases.reserved_codes import KIOSK_REPORT, RESERVED_CODE
from shared.store.cases.roadmap import ROADMAP_STEP
from shared.store.cases.scouting import SCOUTING
from shared.store.cases.sender_changes import SENDER_CHANGE
from shared.store.cases.similar import TOLD_APART
from shared.store.cases.status_counts import STATUS_COUNT
from shared.store.cases.unread_answers import UNREAD_ANSWER
from shared.store.council.files import COUNCIL_FILE
from shared.store.council.invitations import COUNCIL_ANSWER, COUNCIL_INVITATION
from shared.store.council.items import COUNCIL_ITEM
from shared.store.council.minutes import COUNCIL_MINUTES
from shared.store.council.plans import COUNCIL_PLAN
from shared.store.council.sessions import COUNCIL_SEAT, COUNCIL_SESSION
from shared.store.council.sheets import COUNCIL_SENDING, COUNCIL_SHEET
from shared.store.council.sittings import COUNCIL_SITTING
from shared.store.council.votes import COUNCIL_BALLOT, COUNCIL_VOTE
from shared.store.files.attachments import ATTACHMENT
from shared.store.files.office_files import OFFICE_FILE
from shared.store.files.originals import ORIGINAL_FILE
from shared.store.files.paper_templates import PAPER_TEMPLATE, TEMPLATE_CHOICE
from shared.store.files.transcript_drafts import TRANSCRIPT_DRAFT
from shared.store.files.uploads import UPLOAD
from shared.store.jobs.clock_watch import CLOCK_WATCH
from shared.store.jobs.export_jobs import LONG_JOB
from shared.store.jobs.heartbeat import HEARTBEAT
from shared.store.jobs.job_runs import JOB_RUN
from shared.store.jobs.leases import LEASE
from shared.store.jobs.print_jobs import PRINT_JOB
from shared.store.messages.asked_back import ASKED_BACK
from shared.store.messages.budgets import NOTICE_COUNT
from shared.store.messages.call_backs import CALL_BACK
from shared.store.messages.first_answers import FIRST_ANSWER_COUNT
from shared.store.messages.gateway_health import GATEWAY_FAULT
from shared.store.messages.inbox import MESSAGE_IN
from shared.store.messages.loop_alarms import SMS_ALARM
from shared.store.messages.media_downloads import FETCH
from shared.store.messages.opt_outs import SUPPRESSION, SUPPRESSION_LIFT
from shared.store.messages.outgoing import OUTBOX
from shared.store.messages.settled import MESSAGE_SETTLED
from shared.store.models.adoptions import ADOPTION, MEASURE
from shared.store.models.follow_up import LASTING_CHECK
from shared.store.models.lasting_due import LASTING_DUE
from shared.store.models.lasting_questions import LASTING_QUESTION
from shared.store.models.model_requests import MODEL_REQUEST
from shared.store.models.recognitions import RECOGNITION
from shared.store.models.registry import MODEL
from shared.store.models.trials import TRIAL
from shared.store.office.campaigns import CAMPAIGN, COMMUNE
from shared.store.office.dispatches import DISPATCH, OUTGOING_PAPER
from shared.store.office.outreach import OUTREACH
from shared.store.office.procedures import ADMINISTRATIVE_PROCEDURE
from shared.store.office.profile import LEGAL_BASIS, OFFICE_PROFILE, ORGANISATION
from shared.store.office.ready_words import READY_WORDS
from shared.store.office.report_words import REPORT_WORDS
from shared.store.office.unsent_papers import UNSENT_PAPER
from shared.store.people.clerks import ORGANISATION_CLERK
from shared.store.people.devices import DEVICE, DEVICE_SEEN
from shared.store.people.help_calls import KIOSK_HELP, RING
from shared.store.people.recovery_codes import RECOVERY_CODE
from shared.store.people.same_person import SAME_PERSON
from shared.store.people.sessions import SESSION
from shared.store.people.staff import STAFF_MEMBER
from shared.store.privacy.break_glass import OPENING
from shared.store.privacy.data_requests import DATA_REQUEST
from shared.store.privacy.erasures import ERASURE
from shared.store.privacy.retention_ok import RETENTION_OK

CARDS: tuple[Table[Any], ...] = (
    PROPOSAL,
    AUTHOR,
    MOVE,
    ADDITION,
    REPLY,
    ATTACHMENT,
    EVENT,
    CAMPAIGN,
    OFFICE_PROFILE,
    LEGAL_BASIS,
    READY_WORDS,
    REPORT_WORDS,
    STAFF_MEMBER,
    OPENING,
    DEVICE,
    ORGANISATION,
    ORGANISATION_CLERK,
    COLLECTIVE,
    COLLECTIVE_ITEM,
    ENTRY,
    SENDER_CHANGE,
    MERGE,
    PENDING_ACT,
    TOLD_APART,
    EXPECTATION,
    COMPLETENESS,
    CASE_NOTE,
    PAPER_TITLE,
    REDACTION,
    ERASURE,
    DATA_REQUEST,
    COUNCIL_SESSION,
    COUNCIL_PLAN,
    COUNCIL_SEAT,
    COUNCIL_INVITATION,
    COUNCIL_ANSWER,
    COUNCIL_ITEM,
    COUNCIL_VOTE,
    COUNCIL_MINUTES,
    COUNCIL_FILE,
    COUNCIL_SHEET,
    COUNCIL_SENDING,
    COUNCIL_BALLOT,
    APPRAISAL,
    ADMINISTRATIVE_PROCEDURE,
    EXPECTED_EFFECT,
    ROADMAP_STEP,
    SCOUTING,
    TRIAL,
    RECOGNITION,
    ADOPTION,
    MEASURE,
    LASTING_CHECK,
    LASTING_QUESTION,
    MODEL,
    MODEL_REQUEST,
    HONOUR,
    HONOUR_NAME,
    AWARD_CHECK,
    CONFERENCE,
    DELIVERY,
    AWARD_RULES,
    PAPER_TEMPLATE,
    TEMPLATE_CHOICE,
    MESSAGE_IN,
    OUTBOX,
    CALL_BACK,
    SUPPRESSION,
    SUPPRESSION_LIFT,
    RECEIPT,
    PAPER_FORM,
    RECONCILIATION,
    RECONCILIATION_PAPER,
    PRINT_JOB,
    DAILY_HEAD,
    OUTREACH,
    OUTGOING_PAPER,
    DISPATCH,
    OFFICE_FILE,
    COMMUNE,
    DRAFT,
    THROTTLE,
    STATUS_COUNT,
    UNREAD_ANSWER,
    ALIKE,
    TO_COMPARE,
    IDEA_COUNT,
    DUE_COUNT,
    AWARD_DUE,
    AWARD_COUNT,
    LASTING_DUE,
    UNSENT_PAPER,
    CONTACT_DUE,
    COUNCIL_SITTING,
    HEARTBEAT,
    LEASE,
    SEARCH_ROW,
    GATEWAY_FAULT,
    FETCH,
    UPLOAD,
    NOTICE_COUNT,
    SMS_ALARM,
    MESSAGE_SETTLED,
    DEVICE_SEEN,
    HELD,
    RESERVED_CODE,
    KIOSK_REPORT,
    RING,
    KIOSK_HELP,
    SAME_PERSON,
    LONG_JOB,
    SESSION,
    JOB_RUN,
    CLOCK_WATCH,
    RETENTION_OK,
    RECOVERY_CODE,
    ASKED_BACK,
    FIRST_ANSWER_COUNT,
    ORIGINAL_FILE,
    TRANSCRIPT_DRAFT,
)
BY_NAME = {card.name: card for card in CARDS}
