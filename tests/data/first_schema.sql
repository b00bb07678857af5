-- The tables as the first step made them, before any later step. Never made anew: what a card
-- changes since comes by a step.

CREATE TABLE commune (
    commune_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    is_demo INTEGER NOT NULL CHECK (is_demo IN (0, 1)),
    created_at INTEGER NOT NULL,
    key_proof TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE device (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    enrolled_at INTEGER,
    revoked_at INTEGER,
    enrolment TEXT,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, name),
    UNIQUE (commune_id, secret_hash)
) STRICT;
CREATE UNIQUE INDEX device_by_enrolment ON device (commune_id, enrolment);
CREATE TABLE staff_member (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('receptionist', 'officer', 'council', 'chair', 'culture', 'organisation', 'admin')),
    password_hash TEXT NOT NULL,
    must_change INTEGER NOT NULL DEFAULT 0,
    totp_secret TEXT,
    totp_last_step INTEGER,
    is_active INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, login)
) STRICT;
CREATE TABLE proposal (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    code TEXT NOT NULL CHECK (length(code) = 12),
    status TEXT NOT NULL CHECK (status IN ('received', 'needs_info', 'under_appraisal', 'at_council', 'on_trial', 'recognised', 'replicated', 'not_recognised', 'merged', 'redirected', 'withdrawn', 'closed')),
    status_since INTEGER NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('kiosk', 'web', 'sms', 'voice', 'paper', 'audio', 'video')),
    participant_type TEXT NOT NULL CHECK (participant_type IN ('citizen', 'household_business', 'enterprise', 'organization', 'official', 'part_time_official', 'worker')),
    insider INTEGER NOT NULL DEFAULT 0,
    title TEXT NOT NULL,
    title_is_own INTEGER NOT NULL DEFAULT 1,
    current_state TEXT NOT NULL,
    solution TEXT NOT NULL,
    expected_effect TEXT NOT NULL,
    effects TEXT NOT NULL,
    maturity TEXT NOT NULL CHECK (maturity IN ('idea', 'tried', 'in_use_not_replicated', 'used_elsewhere', 'unknown')),
    category TEXT CHECK (category IN ('1', '2', '3', '4', '5', '6', '7', '8', 'other')),
    more_categories TEXT NOT NULL,
    field TEXT CHECK (field IN ('1', '2', '3', '4', 'other')),
    residence TEXT,
    hamlet TEXT NOT NULL,
    mobiliser TEXT NOT NULL,
    device_id TEXT,
    received_at INTEGER NOT NULL,
    arrived_at INTEGER NOT NULL,
    registered_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    evaluation_year INTEGER NOT NULL,
    evaluation_rule TEXT NOT NULL,
    on_the_line INTEGER NOT NULL DEFAULT 0,
    assignee_id TEXT,
    is_spam INTEGER NOT NULL DEFAULT 0,
    is_confidential INTEGER NOT NULL DEFAULT 0,
    merged_from TEXT,
    idempotency_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    salt TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, code),
    UNIQUE (commune_id, idempotency_key),
    FOREIGN KEY (commune_id, device_id) REFERENCES device (commune_id, id),
    FOREIGN KEY (commune_id, assignee_id) REFERENCES staff_member (commune_id, id)
) STRICT;
CREATE INDEX proposal_by_time ON proposal (commune_id, received_at, id);
CREATE INDEX proposal_by_status ON proposal (commune_id, status, received_at, id);
CREATE INDEX proposal_by_channel ON proposal (commune_id, channel, received_at, id);
CREATE INDEX proposal_by_category ON proposal (commune_id, category, received_at, id);
CREATE INDEX proposal_by_assignee ON proposal (commune_id, assignee_id, received_at, id);
CREATE INDEX proposal_by_due ON proposal (commune_id, due_at, id) WHERE status IN ('received', 'needs_info', 'under_appraisal');
CREATE INDEX proposal_on_the_line ON proposal (commune_id, received_at, id) WHERE on_the_line = 1;
CREATE INDEX proposal_to_scout ON proposal (commune_id, received_at, id) WHERE maturity IN ('in_use_not_replicated', 'used_elsewhere');
CREATE INDEX proposal_by_registered ON proposal (commune_id, registered_at);
CREATE TABLE author (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    place INTEGER NOT NULL DEFAULT 1,
    name TEXT,
    phone TEXT,
    unit TEXT,
    position TEXT,
    guardian TEXT,
    under_16 INTEGER NOT NULL DEFAULT 0,
    consent_store INTEGER NOT NULL DEFAULT 0,
    consent_sms INTEGER NOT NULL DEFAULT 0,
    consent_name INTEGER NOT NULL DEFAULT 0,
    notice TEXT NOT NULL,
    consented_at INTEGER,
    erased_at INTEGER,
    participant_type TEXT CHECK (participant_type IN ('citizen', 'household_business', 'enterprise', 'organization', 'official', 'part_time_official', 'worker')),
    insider INTEGER NOT NULL DEFAULT 0,
    evaluation_year INTEGER,
    evaluation_rule TEXT,
    share INTEGER CHECK (share BETWEEN 0 AND 100),
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, proposal_id, place),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX author_by_phone ON author (commune_id, phone);
CREATE TABLE move (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    from_status TEXT CHECK (from_status IN ('received', 'needs_info', 'under_appraisal', 'at_council', 'on_trial', 'recognised', 'replicated', 'not_recognised', 'merged', 'redirected', 'withdrawn', 'closed')),
    to_status TEXT NOT NULL CHECK (to_status IN ('received', 'needs_info', 'under_appraisal', 'at_council', 'on_trial', 'recognised', 'replicated', 'not_recognised', 'merged', 'redirected', 'withdrawn', 'closed')),
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    details TEXT NOT NULL,
    salt TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX move_of_proposal ON move (commune_id, proposal_id, id);
CREATE TABLE addition (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    channel TEXT NOT NULL CHECK (channel IN ('kiosk', 'web', 'sms', 'voice', 'paper', 'audio', 'video')),
    text TEXT NOT NULL,
    at INTEGER NOT NULL,
    idempotency_key TEXT NOT NULL,
    salt TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, idempotency_key),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX addition_of_proposal ON addition (commune_id, proposal_id, id);
CREATE TABLE reply (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    text TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    idempotency_key TEXT NOT NULL,
    salt TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, idempotency_key),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id),
    FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id)
) STRICT;
CREATE INDEX reply_of_proposal ON reply (commune_id, proposal_id, id);
CREATE TABLE attachment (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('audio', 'video', 'image', 'unreadable')),
    mime TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    seconds REAL,
    source TEXT NOT NULL,
    arrived_at INTEGER NOT NULL,
    transcript TEXT NOT NULL,
    listened_by TEXT,
    listened_at INTEGER,
    idempotency_key TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    page INTEGER NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '',
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, idempotency_key),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX attachment_of_proposal ON attachment (commune_id, proposal_id, id);
CREATE TABLE event (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    place INTEGER NOT NULL,
    proposal_id TEXT,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    data TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, place),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX event_of_proposal ON event (commune_id, proposal_id, place);
CREATE TABLE campaign (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    year INTEGER NOT NULL,
    legal_basis TEXT NOT NULL,
    council_name TEXT NOT NULL,
    cutoff_day INTEGER NOT NULL CHECK (cutoff_day BETWEEN 1 AND 31),
    cutoff_month INTEGER NOT NULL CHECK (cutoff_month BETWEEN 1 AND 12),
    cutoff_inclusive INTEGER NOT NULL CHECK (cutoff_inclusive IN (0, 1)),
    service_days INTEGER NOT NULL CHECK (service_days BETWEEN 1 AND 250),
    number TEXT NOT NULL DEFAULT '',
    issued_on TEXT NOT NULL DEFAULT '',
    signer TEXT NOT NULL DEFAULT '',
    signer_title TEXT NOT NULL DEFAULT '',
    parent_plan TEXT NOT NULL DEFAULT '',
    distribution TEXT NOT NULL DEFAULT '',
    rubric TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, year)
) STRICT;
CREATE TABLE office_profile (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    since TEXT NOT NULL,
    name TEXT NOT NULL,
    parent_name TEXT NOT NULL,
    place TEXT NOT NULL,
    drafting_unit TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, since)
) STRICT;
CREATE TABLE legal_basis (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    text TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id)
) STRICT;
CREATE TABLE opening (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    ended_at INTEGER,
    ended_by TEXT,
    salt TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id)
) STRICT;
CREATE INDEX opening_by_end ON opening (commune_id, ends_at);
CREATE TABLE organisation (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    ended_on TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, code)
) STRICT;
CREATE TABLE organisation_clerk (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, staff_id),
    FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id),
    FOREIGN KEY (commune_id, organisation_id) REFERENCES organisation (commune_id, id)
) STRICT;
CREATE TABLE collective (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    title TEXT NOT NULL,
    begun_by TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    closed_at INTEGER,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, key),
    FOREIGN KEY (commune_id, organisation_id) REFERENCES organisation (commune_id, id)
) STRICT;
CREATE INDEX collective_of_organisation ON collective (commune_id, organisation_id, id);
CREATE TABLE collective_item (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    collective_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    proposal_id TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, collective_id, place),
    UNIQUE (commune_id, proposal_id),
    FOREIGN KEY (commune_id, collective_id) REFERENCES collective (commune_id, id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE TABLE entry (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    way TEXT NOT NULL CHECK (way IN ('by_hand', 'by_post', 'stick_document', 'stick_audio', 'stick_video', 'spoken')),
    evidence TEXT NOT NULL CHECK (evidence IN ('', 'stamp', 'register', 'slip', 'message', 'witness')),
    why TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at INTEGER NOT NULL,
    salt TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, proposal_id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE TABLE merge (
    commune_id INTEGER NOT NULL,
    proposal_id TEXT NOT NULL,
    into_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (commune_id, proposal_id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id),
    FOREIGN KEY (commune_id, into_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX merge_into ON merge (commune_id, into_id);
CREATE TABLE told_apart (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    other_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, proposal_id, other_id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id),
    FOREIGN KEY (commune_id, other_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX told_apart_of_other ON told_apart (commune_id, other_id);
CREATE TABLE expectation (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    expected_on TEXT NOT NULL,
    set_by TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    told_at INTEGER,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, proposal_id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE TABLE completeness (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    points TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, proposal_id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE TABLE case_note (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('note', 'year')),
    text TEXT NOT NULL,
    key TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    salt TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, key),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX case_note_of_proposal ON case_note (commune_id, proposal_id, at);
CREATE TABLE redaction (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    title TEXT NOT NULL,
    current_state TEXT NOT NULL,
    solution TEXT NOT NULL,
    expected_effect TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    salt TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, proposal_id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE TABLE erasure (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('details', 'all')),
    cause TEXT NOT NULL CHECK (cause IN ('asked', 'withdrawn', 'retention', 'replayed')),
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    whole TEXT NOT NULL,
    files TEXT NOT NULL,
    settled_at INTEGER,
    author_id TEXT,
    salt TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX erasure_of_proposal ON erasure (commune_id, proposal_id, at);
CREATE INDEX erasure_unsettled ON erasure (commune_id, settled_at, at);
CREATE TABLE data_request (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    proposal_id TEXT,
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('access', 'correction', 'consent', 'erasure', 'complaint')),
    way TEXT NOT NULL CHECK (way IN ('counter', 'phone', 'sms', 'receipt', 'post')),
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    said TEXT NOT NULL,
    identity TEXT NOT NULL CHECK (identity IN ('', 'receipt', 'number', 'paper')),
    third_party INTEGER NOT NULL CHECK (third_party IN (0, 1)),
    received_at INTEGER NOT NULL,
    respond_by INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    extended_at INTEGER,
    extended_why TEXT NOT NULL,
    answered_at INTEGER,
    answered_by TEXT,
    done_at INTEGER,
    done_by TEXT,
    outcome TEXT NOT NULL CHECK (outcome IN ('', 'done', 'partly', 'declined')),
    answer TEXT NOT NULL,
    key TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, key),
    UNIQUE (commune_id, year, number),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX data_request_open ON data_request (commune_id, done_at, due_at);
CREATE INDEX data_request_of_proposal ON data_request (commune_id, proposal_id, id);
CREATE TABLE council_session (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    year INTEGER NOT NULL,
    held_on TEXT NOT NULL,
    place TEXT NOT NULL,
    chair_id TEXT NOT NULL,
    secretary_id TEXT NOT NULL,
    guests TEXT NOT NULL,
    rubric TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, key),
    FOREIGN KEY (commune_id, chair_id) REFERENCES staff_member (commune_id, id),
    FOREIGN KEY (commune_id, secretary_id) REFERENCES staff_member (commune_id, id)
) STRICT;
CREATE TABLE council_seat (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('present', 'absent', 'left')),
    why TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, session_id, staff_id),
    FOREIGN KEY (commune_id, session_id) REFERENCES council_session (commune_id, id),
    FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id)
) STRICT;
CREATE TABLE council_item (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('', 'recognise', 'replicate', 'trial', 'refuse')),
    reason TEXT NOT NULL,
    concluded_at INTEGER,
    returned_reason TEXT NOT NULL,
    signed_at INTEGER,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, session_id, proposal_id),
    FOREIGN KEY (commune_id, session_id) REFERENCES council_session (commune_id, id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX council_item_unsigned ON council_item (commune_id, signed_at, concluded_at);
CREATE TABLE council_vote (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    agree INTEGER NOT NULL,
    against INTEGER NOT NULL,
    blank INTEGER NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, item_id),
    FOREIGN KEY (commune_id, item_id) REFERENCES council_item (commune_id, id)
) STRICT;
CREATE TABLE council_minutes (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    began TEXT NOT NULL,
    ended TEXT NOT NULL,
    ended_on TEXT NOT NULL,
    closing TEXT NOT NULL,
    reserved TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, session_id),
    FOREIGN KEY (commune_id, session_id) REFERENCES council_session (commune_id, id)
) STRICT;
CREATE TABLE council_file (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    attachment_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    taken_back_at INTEGER,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, attachment_id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id),
    FOREIGN KEY (commune_id, attachment_id) REFERENCES attachment (commune_id, id)
) STRICT;
CREATE INDEX council_file_of_proposal ON council_file (commune_id, proposal_id);
CREATE TABLE council_sheet (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    sheet TEXT NOT NULL,
    recused TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    submitted_at INTEGER,
    entered_by TEXT,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, item_id, staff_id),
    FOREIGN KEY (commune_id, item_id) REFERENCES council_item (commune_id, id),
    FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id)
) STRICT;
CREATE TABLE council_ballot (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    item_id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    choice TEXT NOT NULL CHECK (choice IN ('agree', 'against', 'blank')),
    at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, item_id, staff_id),
    FOREIGN KEY (commune_id, item_id) REFERENCES council_item (commune_id, id),
    FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id)
) STRICT;
CREATE TABLE administrative_procedure (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    area TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    words TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, code)
) STRICT;
CREATE TABLE appraisal (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    opinion TEXT NOT NULL,
    proposed TEXT NOT NULL CHECK (proposed IN ('', 'recognise', 'replicate', 'commend', 'refuse')),
    procedure_id TEXT,
    verb TEXT NOT NULL CHECK (verb IN ('', 'simplify', 'remove', 'cut', 'amend', 'supplement')),
    timing TEXT NOT NULL CHECK (timing IN ('', 'at_once', 'in_steps')),
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, proposal_id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id),
    FOREIGN KEY (commune_id, procedure_id) REFERENCES administrative_procedure (commune_id, id)
) STRICT;
CREATE TABLE expected_effect (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('steps', 'documents', 'days', 'cost', 'operations')),
    before_value REAL NOT NULL,
    after_value REAL NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, proposal_id, kind),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE TABLE roadmap_step (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    what TEXT NOT NULL,
    due_on TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'dropped')),
    note TEXT NOT NULL,
    settled_by TEXT,
    settled_at INTEGER,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, key),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX roadmap_of_proposal ON roadmap_step (commune_id, proposal_id, due_on);
CREATE INDEX roadmap_open ON roadmap_step (commune_id, due_on) WHERE state = 'open';
CREATE TABLE scouting (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('fit', 'not_fit')),
    note TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, proposal_id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE TABLE trial (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    place TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    run_by TEXT NOT NULL,
    result TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, proposal_id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE TABLE recognition (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('plan', 'statutory')),
    first_applied_on TEXT NOT NULL,
    conditions TEXT NOT NULL,
    benefits TEXT NOT NULL,
    contributions TEXT NOT NULL,
    clock_from TEXT NOT NULL,
    due_on TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, proposal_id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE TABLE adoption (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    unit TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('asked', 'agreed', 'applying', 'applied', 'stopped')),
    since TEXT NOT NULL,
    effect TEXT NOT NULL,
    note TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, proposal_id, unit),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX adoption_by_state ON adoption (commune_id, state, since);
CREATE TABLE measure (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    adoption_id TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('steps', 'documents', 'days', 'cost', 'satisfaction', 'other')),
    label TEXT NOT NULL,
    before_value REAL NOT NULL,
    after_value REAL NOT NULL,
    measured_on TEXT NOT NULL,
    evidence TEXT NOT NULL,
    attachment_id TEXT,
    struck_at INTEGER,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, key),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id),
    FOREIGN KEY (commune_id, adoption_id) REFERENCES adoption (commune_id, id),
    FOREIGN KEY (commune_id, attachment_id) REFERENCES attachment (commune_id, id)
) STRICT;
CREATE INDEX measure_of_proposal ON measure (commune_id, proposal_id, id);
CREATE TABLE lasting_check (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    adoption_id TEXT NOT NULL,
    days INTEGER NOT NULL CHECK (days IN (30, 90)),
    outcome TEXT NOT NULL CHECK (outcome IN ('lasts', 'partly', 'stopped')),
    note TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, adoption_id, days),
    FOREIGN KEY (commune_id, adoption_id) REFERENCES adoption (commune_id, id)
) STRICT;
CREATE TABLE model (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    problem TEXT NOT NULL,
    solution TEXT NOT NULL,
    effect TEXT NOT NULL,
    names_author INTEGER NOT NULL CHECK (names_author IN (0, 1)),
    guardian_agreed INTEGER NOT NULL CHECK (guardian_agreed IN (0, 1)),
    words TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    withdrawn_at INTEGER,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, proposal_id),
    UNIQUE (commune_id, slug),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX model_by_age ON model (commune_id, withdrawn_at, published_at, id);
CREATE TABLE model_request (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    model_id TEXT NOT NULL,
    unit TEXT NOT NULL,
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('', 'taken_up', 'declined')),
    note TEXT NOT NULL,
    done_by TEXT,
    done_at INTEGER,
    key TEXT NOT NULL,
    notice TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, key),
    FOREIGN KEY (commune_id, model_id) REFERENCES model (commune_id, id)
) STRICT;
CREATE INDEX model_request_open ON model_request (commune_id, done_at, at);
CREATE TABLE honour (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('letter', 'award')),
    form TEXT NOT NULL,
    is_collective INTEGER NOT NULL,
    merit TEXT NOT NULL,
    basis TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount >= 0),
    source TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'checked', 'decided', 'issued', 'handed_over', 'returned', 'refused', 'withdrawn')),
    reason TEXT NOT NULL,
    number TEXT NOT NULL,
    day TEXT NOT NULL,
    book_number INTEGER,
    code TEXT,
    proposed_by TEXT NOT NULL,
    proposed_at INTEGER NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at INTEGER,
    changed_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, key),
    UNIQUE (commune_id, code),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX honour_of_proposal ON honour (commune_id, proposal_id);
CREATE INDEX honour_by_state ON honour (commune_id, state);
CREATE TABLE honour_name (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    honour_id TEXT NOT NULL,
    name TEXT NOT NULL,
    suggested TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'confirmed', 'waived')),
    how TEXT NOT NULL CHECK (how IN ('', 'phone', 'counter', 'receipt')),
    note TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, honour_id),
    FOREIGN KEY (commune_id, honour_id) REFERENCES honour (commune_id, id)
) STRICT;
CREATE TABLE award_check (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    honour_id TEXT NOT NULL,
    answer TEXT NOT NULL CHECK (answer IN ('clear', 'pending')),
    answered_by TEXT NOT NULL,
    answered_on TEXT NOT NULL,
    note TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    FOREIGN KEY (commune_id, honour_id) REFERENCES honour (commune_id, id)
) STRICT;
CREATE INDEX award_check_of_honour ON award_check (commune_id, honour_id);
CREATE TABLE conference (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    held_on TEXT NOT NULL,
    place TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, key)
) STRICT;
CREATE TABLE delivery (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    honour_id TEXT NOT NULL,
    conference_id TEXT,
    turn INTEGER NOT NULL,
    presence TEXT NOT NULL CHECK (presence IN ('', 'present', 'absent')),
    handed_on TEXT NOT NULL,
    received_by TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, honour_id),
    FOREIGN KEY (commune_id, honour_id) REFERENCES honour (commune_id, id),
    FOREIGN KEY (commune_id, conference_id) REFERENCES conference (commune_id, id)
) STRICT;
CREATE INDEX delivery_of_conference ON delivery (commune_id, conference_id);
CREATE TABLE award_rules (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    rules TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id)
) STRICT;
CREATE TABLE paper_template (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    paper TEXT NOT NULL,
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    kept_by TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, paper, sha256)
) STRICT;
CREATE TABLE template_choice (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    paper TEXT NOT NULL,
    template_id TEXT,
    chosen_by TEXT NOT NULL,
    chosen_at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    FOREIGN KEY (commune_id, template_id) REFERENCES paper_template (commune_id, id)
) STRICT;
CREATE INDEX template_choice_paper ON template_choice (commune_id, paper, id);
CREATE TABLE message_in (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    gateway TEXT NOT NULL,
    gateway_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    sender_kind TEXT NOT NULL,
    text TEXT NOT NULL,
    raw TEXT NOT NULL,
    sent_at INTEGER,
    arrived_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('new', 'done', 'quarantined')),
    outcome TEXT NOT NULL,
    proposal_id TEXT,
    handled_at INTEGER,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, gateway, gateway_id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX message_in_by_state ON message_in (commune_id, state, id);
CREATE INDEX message_in_by_sender ON message_in (commune_id, sender, arrived_at);
CREATE INDEX message_in_of_proposal ON message_in (commune_id, proposal_id, id);
CREATE TABLE outbox (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('reply', 'notice')),
    phone TEXT NOT NULL,
    text_key TEXT NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'suppressed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    gateway TEXT NOT NULL,
    error TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    proposal_id TEXT,
    message_in_id TEXT,
    dedupe TEXT NOT NULL,
    blanks TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    lease_until INTEGER,
    gateway_id TEXT,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, dedupe),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX outbox_by_state ON outbox (commune_id, state, due_at);
CREATE INDEX outbox_by_gateway_id ON outbox (commune_id, gateway, gateway_id);
CREATE INDEX outbox_by_phone ON outbox (commune_id, phone, created_at);
CREATE INDEX outbox_of_proposal ON outbox (commune_id, proposal_id, id);
CREATE TABLE call_back (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    phone TEXT NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('asked', 'no_recording', 'missed')),
    at INTEGER NOT NULL,
    open_from INTEGER NOT NULL,
    proposal_id TEXT,
    done_by TEXT,
    done_at INTEGER,
    note TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, key),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX call_back_open ON call_back (commune_id, done_at, open_from);
CREATE INDEX call_back_by_phone ON call_back (commune_id, phone, at);
CREATE TABLE suppression (
    commune_id INTEGER NOT NULL REFERENCES commune,
    phone TEXT NOT NULL,
    reason TEXT NOT NULL,
    since INTEGER NOT NULL,
    id TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (commune_id, phone)
) STRICT;
CREATE UNIQUE INDEX suppression_by_id ON suppression (commune_id, id);
CREATE TABLE suppression_lift (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (commune_id, id)
) STRICT;
CREATE TABLE receipt (
    commune_id INTEGER NOT NULL REFERENCES commune,
    code TEXT NOT NULL,
    copy INTEGER NOT NULL,
    secret_hash TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    killed_at INTEGER,
    proposal_id TEXT,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, code, copy),
    UNIQUE (commune_id, secret_hash),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE TABLE paper_form (
    commune_id INTEGER NOT NULL REFERENCES commune,
    code TEXT NOT NULL,
    mobiliser TEXT NOT NULL,
    printed_by TEXT NOT NULL,
    printed_at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, code)
) STRICT;
CREATE TABLE reconciliation (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    month TEXT NOT NULL CHECK (length(month) = 7),
    expected INTEGER NOT NULL,
    note TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, key)
) STRICT;
CREATE INDEX reconciliation_by_month ON reconciliation (commune_id, month, id);
CREATE TABLE reconciliation_paper (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    reconciliation_id TEXT NOT NULL,
    code TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('found', 'missing', 'extra')),
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, reconciliation_id, code),
    FOREIGN KEY (commune_id, reconciliation_id) REFERENCES reconciliation (commune_id, id)
) STRICT;
CREATE TABLE print_job (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    proposal_id TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('receipt', 'test')),
    state TEXT NOT NULL CHECK (state IN ('queued', 'printing', 'printed', 'failed', 'unsure', 'given_up')),
    fault TEXT NOT NULL,
    is_again INTEGER NOT NULL CHECK (is_again IN (0, 1)),
    asked_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    sent_at INTEGER,
    changed_at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX print_job_by_state ON print_job (commune_id, state, id);
CREATE INDEX print_job_of_proposal ON print_job (commune_id, proposal_id, id);
CREATE TABLE daily_head (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    number INTEGER NOT NULL,
    day TEXT NOT NULL,
    closed_at INTEGER NOT NULL,
    first_place INTEGER NOT NULL,
    last_place INTEGER NOT NULL,
    chain TEXT NOT NULL,
    root TEXT NOT NULL,
    before TEXT NOT NULL,
    head TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, number),
    UNIQUE (commune_id, day),
    CHECK (first_place <= last_place)
) STRICT;
CREATE TABLE outreach (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('loudspeaker', 'poster', 'leaflet', 'meeting', 'website', 'zalo', 'other')),
    title TEXT NOT NULL,
    place TEXT NOT NULL,
    begun_on TEXT NOT NULL,
    ended_on TEXT NOT NULL,
    done_by TEXT NOT NULL,
    mobiliser TEXT NOT NULL,
    reached INTEGER CHECK (reached >= 0),
    cost INTEGER CHECK (cost >= 0),
    note TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    struck_at INTEGER,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, key)
) STRICT;
CREATE INDEX outreach_by_day ON outreach (commune_id, begun_on, id);
CREATE TABLE outgoing_paper (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    year INTEGER NOT NULL,
    title TEXT NOT NULL,
    number TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at INTEGER NOT NULL,
    struck_at INTEGER,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, key)
) STRICT;
CREATE INDEX outgoing_paper_by_year ON outgoing_paper (commune_id, year, id);
CREATE TABLE dispatch (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    paper_id TEXT NOT NULL,
    recipient TEXT NOT NULL,
    sent_on TEXT NOT NULL,
    way TEXT NOT NULL CHECK (way IN ('edoc', 'email', 'paper', 'zalo', 'other')),
    sent_by TEXT NOT NULL,
    proof TEXT NOT NULL,
    noted_by TEXT NOT NULL,
    noted_at INTEGER NOT NULL,
    confirmed_on TEXT NOT NULL,
    confirmed_how TEXT NOT NULL,
    struck_at INTEGER,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, key),
    FOREIGN KEY (commune_id, paper_id) REFERENCES outgoing_paper (commune_id, id)
) STRICT;
CREATE INDEX dispatch_of_paper ON dispatch (commune_id, paper_id, id);
CREATE TABLE office_file (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    about TEXT NOT NULL CHECK (about IN ('outreach', 'paper', 'dispatch')),
    about_id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('image', 'audio', 'video', 'document')),
    mime TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    kept_by TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, about, about_id, sha256)
) STRICT;
CREATE INDEX office_file_by_content ON office_file (commune_id, sha256);
CREATE TABLE draft (
    commune_id INTEGER NOT NULL REFERENCES commune,
    visit_hash TEXT NOT NULL,
    answers TEXT NOT NULL,
    form_key TEXT NOT NULL,
    touched_at INTEGER NOT NULL,
    PRIMARY KEY (commune_id, visit_hash)
) STRICT;
CREATE INDEX draft_by_age ON draft (commune_id, touched_at);
CREATE TABLE throttle (
    commune_id INTEGER NOT NULL REFERENCES commune,
    what TEXT NOT NULL,
    who TEXT NOT NULL,
    since INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (commune_id, what, who)
) STRICT;
CREATE INDEX throttle_by_age ON throttle (commune_id, what, since);
CREATE TABLE status_count (
    commune_id INTEGER NOT NULL REFERENCES commune,
    status TEXT NOT NULL CHECK (status IN ('received', 'needs_info', 'under_appraisal', 'at_council', 'on_trial', 'recognised', 'replicated', 'not_recognised', 'merged', 'redirected', 'withdrawn', 'closed')),
    count INTEGER NOT NULL,
    PRIMARY KEY (commune_id, status)
) STRICT;
CREATE TABLE heartbeat (
    commune_id INTEGER NOT NULL REFERENCES commune,
    program TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (commune_id, program)
) STRICT;
CREATE TABLE search_row (
    commune_id INTEGER NOT NULL,
    proposal_id TEXT NOT NULL,
    fts_row INTEGER NOT NULL,
    PRIMARY KEY (commune_id, proposal_id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX search_row_by_fts ON search_row (commune_id, fts_row);
CREATE TABLE gateway_fault (
    commune_id INTEGER NOT NULL REFERENCES commune,
    gateway TEXT NOT NULL,
    fault TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (commune_id, gateway)
) STRICT;
CREATE TABLE fetch (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('recording', 'mms')),
    url TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    error TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, key),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX fetch_by_state ON fetch (commune_id, state, due_at);
CREATE INDEX fetch_of_proposal ON fetch (commune_id, proposal_id, id);
CREATE TABLE upload (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    take TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    received INTEGER NOT NULL,
    metadata TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('receiving', 'waiting', 'done')),
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    source TEXT NOT NULL,
    actor TEXT NOT NULL,
    sender TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id),
    CHECK (received BETWEEN 0 AND bytes)
) STRICT;
CREATE INDEX upload_by_state ON upload (commune_id, state, due_at);
CREATE INDEX upload_by_age ON upload (commune_id, expires_at);
CREATE INDEX upload_of_proposal ON upload (commune_id, proposal_id, id);
CREATE TABLE notice_count (
    commune_id INTEGER NOT NULL REFERENCES commune,
    month TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (commune_id, month)
) STRICT;
CREATE TABLE sms_alarm (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('same_text', 'over_limit')),
    message_in_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    count INTEGER NOT NULL,
    seen_by TEXT,
    seen_at INTEGER,
    PRIMARY KEY (commune_id, id),
    FOREIGN KEY (commune_id, message_in_id) REFERENCES message_in (commune_id, id)
) STRICT;
CREATE INDEX sms_alarm_by_sight ON sms_alarm (commune_id, seen_at, last_at);
CREATE TABLE message_settled (
    commune_id INTEGER NOT NULL REFERENCES commune,
    message_id TEXT NOT NULL,
    how TEXT NOT NULL CHECK (how IN ('sent_again', 'set_aside')),
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (commune_id, message_id)
) STRICT;
CREATE TABLE device_seen (
    commune_id INTEGER NOT NULL,
    device_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (commune_id, device_id),
    FOREIGN KEY (commune_id, device_id) REFERENCES device (commune_id, id)
) STRICT;
CREATE TABLE held (
    commune_id INTEGER NOT NULL REFERENCES commune,
    number TEXT NOT NULL CHECK (length(number) = 4),
    answers TEXT NOT NULL,
    form_key TEXT NOT NULL,
    held_by TEXT NOT NULL,
    picked_up_by TEXT,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (commune_id, number)
) STRICT;
CREATE INDEX held_by_visit ON held (commune_id, held_by);
CREATE INDEX held_by_age ON held (commune_id, expires_at);
CREATE TABLE reserved_code (
    commune_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    device_id TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, code),
    FOREIGN KEY (commune_id, device_id) REFERENCES device (commune_id, id)
) STRICT;
CREATE INDEX reserved_code_of_device ON reserved_code (commune_id, device_id, issued_at);
CREATE TABLE kiosk_report (
    commune_id INTEGER NOT NULL,
    device_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    held INTEGER NOT NULL,
    unsent INTEGER NOT NULL,
    waiting_since INTEGER,
    refused INTEGER NOT NULL,
    files INTEGER NOT NULL,
    clear_at INTEGER,
    PRIMARY KEY (commune_id, device_id),
    FOREIGN KEY (commune_id, device_id) REFERENCES device (commune_id, id)
) STRICT;
CREATE TABLE ring (
    commune_id INTEGER NOT NULL,
    device_id TEXT NOT NULL,
    rung_at INTEGER NOT NULL,
    answered_by TEXT,
    answered_at INTEGER,
    PRIMARY KEY (commune_id, device_id),
    FOREIGN KEY (commune_id, device_id) REFERENCES device (commune_id, id)
) STRICT;
CREATE TABLE same_person (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    author_id TEXT NOT NULL,
    other_id TEXT NOT NULL,
    is_same INTEGER NOT NULL CHECK (is_same IN (0, 1)),
    noted_by TEXT NOT NULL,
    noted_at INTEGER NOT NULL,
    undone_by TEXT,
    undone_at INTEGER,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id)
) STRICT;
CREATE INDEX same_person_standing ON same_person (commune_id, undone_at);
CREATE TABLE long_job (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('export', 'archive')),
    asked TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'working', 'ready', 'failed')),
    attempts INTEGER NOT NULL,
    done INTEGER NOT NULL,
    total INTEGER NOT NULL,
    name TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, key)
) STRICT;
CREATE INDEX long_job_by_state ON long_job (commune_id, state, asked_at);
CREATE TABLE session (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    address TEXT NOT NULL,
    browser TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, token_hash),
    FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id)
) STRICT;
CREATE INDEX session_of_staff ON session (commune_id, staff_id);
CREATE TABLE job_run (
    commune_id INTEGER NOT NULL REFERENCES commune,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    outcome TEXT NOT NULL CHECK (outcome IN ('running', 'ok', 'failed', 'broken_off')),
    text_key TEXT NOT NULL,
    blanks TEXT NOT NULL,
    PRIMARY KEY (commune_id, id)
) STRICT;
CREATE INDEX job_run_by_name ON job_run (commune_id, name, outcome, started_at);
CREATE TABLE clock_watch (
    commune_id INTEGER NOT NULL REFERENCES commune,
    seen_at INTEGER NOT NULL,
    steady_from INTEGER NOT NULL,
    PRIMARY KEY (commune_id)
) STRICT;
CREATE TABLE retention_ok (
    commune_id INTEGER NOT NULL REFERENCES commune,
    rule TEXT NOT NULL,
    most INTEGER NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (commune_id, rule)
) STRICT;
CREATE TABLE recovery_code (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    staff_id TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    drawn_at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    UNIQUE (commune_id, staff_id, code_hash),
    FOREIGN KEY (commune_id, staff_id) REFERENCES staff_member (commune_id, id)
) STRICT;
CREATE TABLE asked_back (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('withdraw', 'consent')),
    digits TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waits', 'done', 'void', 'replaced')),
    tries INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (commune_id, id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id)
) STRICT;
CREATE INDEX asked_back_of ON asked_back (commune_id, proposal_id);
CREATE TABLE first_answer_count (
    commune_id INTEGER NOT NULL REFERENCES commune,
    day TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (commune_id, day)
) STRICT;
CREATE TABLE original_file (
    commune_id INTEGER NOT NULL,
    id TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    attachment_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    why TEXT NOT NULL,
    kept_at INTEGER NOT NULL,
    gone_at INTEGER,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (commune_id, id),
    FOREIGN KEY (commune_id, proposal_id) REFERENCES proposal (commune_id, id),
    FOREIGN KEY (commune_id, attachment_id) REFERENCES attachment (commune_id, id)
) STRICT;
CREATE INDEX original_file_of_proposal ON original_file (commune_id, proposal_id, id);
CREATE INDEX original_file_by_file ON original_file (commune_id, sha256);
