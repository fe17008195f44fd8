-- Times are microseconds since 1970 (UTC), dates are YYYY-MM-DD, words are the vocabulary's spellings.

CREATE TABLE organisation (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE person (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT COLLATE "C" NOT NULL UNIQUE,
    password_hash TEXT,
    admin BOOLEAN NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'invited', 'revoked')),
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE session (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    token_hash TEXT COLLATE "C" NOT NULL UNIQUE,
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_person ON session (person_id);

CREATE TABLE access_token (
    id UUID PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    token_hash TEXT COLLATE "C" NOT NULL UNIQUE,
    scope TEXT NOT NULL CHECK (scope IN ('read', 'write', 'propose')),
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT
);
CREATE INDEX access_token_person ON access_token (person_id);

CREATE TABLE invitation (
    token_hash TEXT COLLATE "C" PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES person (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE product (
    id UUID PRIMARY KEY,
    key TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT NOT NULL,
    ordinal BIGINT NOT NULL UNIQUE,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    -- The decision table, as in `order=product_owner;estimate=developer`.
    who_decides TEXT NOT NULL
);

-- One row per product and one for the organisation: the last number given out and the last activity's place.
-- Taken in the transaction, so both follow commit order on both engines.
CREATE TABLE scope_counter (
    scope_id UUID PRIMARY KEY,
    seq BIGINT NOT NULL,
    number BIGINT NOT NULL
);

CREATE TABLE member (
    product_id UUID NOT NULL REFERENCES product (id),
    person_id UUID NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    department TEXT CHECK (department IN ('executive', 'marketing', 'sales', 'support', 'other')),
    PRIMARY KEY (product_id, person_id, role)
);
CREATE INDEX member_person ON member (person_id, product_id);

-- One decision, lent to one person until a day.
CREATE TABLE delegation (
    id UUID PRIMARY KEY,
    product_id UUID NOT NULL REFERENCES product (id),
    decision TEXT NOT NULL,
    person_id UUID NOT NULL REFERENCES person (id),
    until TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    given_by UUID REFERENCES person (id)
);
CREATE INDEX delegation_product ON delegation (product_id, until);

CREATE TABLE workflow_state (
    product_id UUID NOT NULL REFERENCES product (id),
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    position BIGINT NOT NULL,
    wip_limit BIGINT,
    PRIMARY KEY (product_id, name)
);

-- Every thing on the line. The body stands last: lists read only what is before it.
CREATE TABLE object (
    id UUID PRIMARY KEY,
    product_id UUID NOT NULL REFERENCES product (id),
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    owner_id UUID REFERENCES person (id),
    visibility TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID REFERENCES person (id),
    updated_at BIGINT NOT NULL,
    archived_at BIGINT,
    body TEXT NOT NULL,
    UNIQUE (product_id, number)
);
-- What came in lately.
CREATE INDEX object_created ON object (product_id, created_at, kind, visibility, id);
CREATE INDEX object_kind ON object (product_id, kind, number);

CREATE TABLE vision (
    object_id UUID PRIMARY KEY REFERENCES object (id),
    number BIGINT NOT NULL,
    target_group TEXT NOT NULL,
    needs TEXT NOT NULL,
    product TEXT NOT NULL,
    business_goals TEXT NOT NULL
);

CREATE TABLE vision_version (
    object_id UUID NOT NULL REFERENCES object (id),
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    by_id UUID REFERENCES person (id),
    reason TEXT NOT NULL,
    statement TEXT NOT NULL,
    target_group TEXT NOT NULL,
    needs TEXT NOT NULL,
    product TEXT NOT NULL,
    business_goals TEXT NOT NULL,
    PRIMARY KEY (object_id, number)
);

CREATE TABLE objective (
    object_id UUID PRIMARY KEY REFERENCES object (id),
    period TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'achieved', 'missed', 'dropped'))
);

CREATE TABLE key_result (
    id UUID PRIMARY KEY,
    objective_id UUID NOT NULL REFERENCES objective (object_id),
    position BIGINT NOT NULL,
    title TEXT NOT NULL,
    unit TEXT NOT NULL CHECK (unit IN ('number', 'percent', 'currency', 'yes_no')),
    baseline DOUBLE PRECISION NOT NULL,
    target DOUBLE PRECISION NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX key_result_objective ON key_result (objective_id, position);

CREATE TABLE check_in (
    key_result_id UUID NOT NULL REFERENCES key_result (id),
    at BIGINT NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    confidence BIGINT,
    note TEXT NOT NULL,
    by_id UUID REFERENCES person (id),
    PRIMARY KEY (key_result_id, at)
);

CREATE TABLE opportunity (
    object_id UUID PRIMARY KEY REFERENCES object (id),
    need TEXT NOT NULL CHECK (need IN ('need', 'pain', 'desire')),
    state TEXT NOT NULL CHECK (state IN ('open', 'pursued', 'parked', 'done')),
    parent_id UUID REFERENCES opportunity (object_id)
);
CREATE INDEX opportunity_parent ON opportunity (parent_id);

CREATE TABLE initiative (
    object_id UUID PRIMARY KEY REFERENCES object (id),
    product_id UUID NOT NULL REFERENCES product (id),
    outcome TEXT NOT NULL,
    lane TEXT NOT NULL CHECK (lane IN ('now', 'next', 'later')),
    rank TEXT COLLATE "C" NOT NULL,
    starts TEXT,
    ends TEXT,
    confidence BIGINT
);
CREATE INDEX initiative_lane ON initiative (product_id, lane, rank);

CREATE TABLE theme (
    object_id UUID PRIMARY KEY REFERENCES object (id),
    product_id UUID NOT NULL REFERENCES product (id),
    -- In percent of what is finished.
    target_share BIGINT
);
CREATE INDEX theme_product ON theme (product_id);

CREATE TABLE promise (
    object_id UUID PRIMARY KEY REFERENCES object (id),
    product_id UUID NOT NULL REFERENCES product (id),
    audience TEXT NOT NULL,
    due TEXT NOT NULL,
    confidence BIGINT,
    state TEXT NOT NULL CHECK (state IN ('open', 'kept', 'broken', 'withdrawn'))
);
CREATE INDEX promise_product ON promise (product_id, state);

CREATE TABLE customer (
    object_id UUID PRIMARY KEY REFERENCES object (id),
    segment TEXT,
    value DOUBLE PRECISION,
    email TEXT
);

CREATE TABLE feedback (
    object_id UUID PRIMARY KEY REFERENCES object (id),
    product_id UUID NOT NULL REFERENCES product (id),
    customer_id UUID REFERENCES customer (object_id),
    channel TEXT NOT NULL,
    importance BIGINT,
    received_on TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('new', 'triaged', 'postponed', 'declined', 'told')),
    reason TEXT
);
CREATE INDEX feedback_state ON feedback (product_id, state, received_on);
CREATE INDEX feedback_customer ON feedback (customer_id);

CREATE TABLE sprint (
    object_id UUID PRIMARY KEY REFERENCES object (id),
    product_id UUID NOT NULL REFERENCES product (id),
    goal TEXT NOT NULL,
    starts TEXT NOT NULL,
    ends TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('planned', 'active', 'closed', 'cancelled')),
    capacity DOUBLE PRECISION,
    verdict TEXT CHECK (verdict IN ('met', 'partly', 'missed')),
    verdict_note TEXT,
    started_at BIGINT,
    closed_at BIGINT
);
CREATE INDEX sprint_state ON sprint (product_id, state);

-- The teams that draw on a product's backlog, where it is more than one.
CREATE TABLE team (
    id UUID PRIMARY KEY,
    product_id UUID NOT NULL REFERENCES product (id),
    position BIGINT NOT NULL,
    name TEXT NOT NULL
);
CREATE INDEX team_product ON team (product_id, position);

CREATE TABLE team_member (
    team_id UUID NOT NULL REFERENCES team (id),
    person_id UUID NOT NULL REFERENCES person (id),
    PRIMARY KEY (team_id, person_id)
);

-- Days on which one person is off, or everybody.
CREATE TABLE day_off (
    id UUID PRIMARY KEY,
    product_id UUID NOT NULL REFERENCES product (id),
    person_id UUID REFERENCES person (id),
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX day_off_product ON day_off (product_id, first_day);

CREATE TABLE release (
    object_id UUID PRIMARY KEY REFERENCES object (id),
    product_id UUID NOT NULL REFERENCES product (id),
    planned_on TEXT,
    shipped_at BIGINT,
    shipped_by UUID REFERENCES person (id)
);
CREATE INDEX release_product ON release (product_id);

-- What the backlog orders. Kind and number are the object's; they are kept here too, for the indexes. So is what its lists
-- show from elsewhere, in the columns from `title` on: only the triggers at the end of this file write them.
CREATE TABLE item (
    object_id UUID PRIMARY KEY REFERENCES object (id),
    product_id UUID NOT NULL REFERENCES product (id),
    kind TEXT NOT NULL,
    number BIGINT NOT NULL,
    rank TEXT COLLATE "C" NOT NULL,
    state TEXT NOT NULL,
    category TEXT NOT NULL,
    open BOOLEAN NOT NULL,
    points DOUBLE PRECISION,
    assignee_id UUID REFERENCES person (id),
    team_id UUID REFERENCES team (id),
    parent_id UUID REFERENCES item (object_id),
    sprint_id UUID REFERENCES sprint (object_id),
    release_id UUID REFERENCES release (object_id),
    blocked_reason TEXT,
    -- Since when it is blocked, whatever its reason became.
    blocked_at BIGINT,
    started_at BIGINT,
    done_at BIGINT,
    accepted_at BIGINT,
    accepted_by UUID REFERENCES person (id),
    -- A class of work that needs no why.
    exempt TEXT CHECK (exempt IN ('defect', 'debt', 'compliance', 'keep_running')),
    title TEXT NOT NULL DEFAULT '',
    visibility TEXT NOT NULL DEFAULT '',
    version BIGINT NOT NULL DEFAULT 0,
    archived BOOLEAN NOT NULL DEFAULT FALSE,
    epic TEXT,
    why BOOLEAN NOT NULL DEFAULT FALSE
);
-- What is still to be done, in order, with all that the forecast asks of it.
CREATE INDEX item_open_rank ON item (product_id, open, rank, object_id, number, archived, kind, parent_id, release_id, visibility);
-- All work of a product, with what the line asks of it.
CREATE INDEX item_line ON item (product_id, object_id, kind, category, parent_id, sprint_id, release_id, exempt, why, archived, visibility);
CREATE INDEX item_rank ON item (product_id, rank, object_id, number, archived);
CREATE INDEX item_state ON item (product_id, state, rank, object_id);
CREATE INDEX item_assignee ON item (product_id, assignee_id, open, rank, object_id, state);
CREATE INDEX item_parent ON item (parent_id);
CREATE INDEX item_sprint ON item (sprint_id);
CREATE INDEX item_release ON item (release_id);
-- What was finished when, with all that the forecast asks of it.
CREATE INDEX item_done ON item (product_id, done_at, category, kind, archived, visibility) WHERE done_at IS NOT NULL;

CREATE TABLE criterion (
    id UUID PRIMARY KEY,
    item_id UUID NOT NULL REFERENCES item (object_id),
    position BIGINT NOT NULL,
    text TEXT NOT NULL,
    accepted_at BIGINT,
    accepted_by UUID REFERENCES person (id),
    returned_reason TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX criterion_item ON criterion (item_id, position);

-- Every stay of an item in a sprint: its points when it came in or was committed at the start, and how it ended: with how
-- many points, when it was done if it was, and what became of it when the sprint ended.
CREATE TABLE sprint_scope (
    sprint_id UUID NOT NULL REFERENCES sprint (object_id),
    item_id UUID NOT NULL REFERENCES item (object_id),
    added_at BIGINT NOT NULL,
    added_by UUID REFERENCES person (id),
    removed_at BIGINT,
    removed_by UUID REFERENCES person (id),
    committed BOOLEAN NOT NULL,
    points DOUBLE PRECISION,
    final_points DOUBLE PRECISION,
    done_at BIGINT,
    outcome TEXT CHECK (outcome IN ('done', 'to_backlog', 'to_sprint')),
    PRIMARY KEY (sprint_id, item_id, added_at)
);
CREATE INDEX sprint_scope_item ON sprint_scope (item_id);

CREATE TABLE telling (
    id UUID PRIMARY KEY,
    release_id UUID NOT NULL REFERENCES release (object_id),
    feedback_id UUID NOT NULL REFERENCES feedback (object_id),
    text TEXT NOT NULL,
    channel TEXT NOT NULL,
    told_at BIGINT NOT NULL,
    told_by UUID REFERENCES person (id),
    UNIQUE (release_id, feedback_id)
);
CREATE INDEX telling_feedback ON telling (feedback_id);

-- A question to a role; its text is the object's.
CREATE TABLE question (
    object_id UUID PRIMARY KEY REFERENCES object (id),
    product_id UUID NOT NULL REFERENCES product (id),
    role TEXT NOT NULL,
    answer TEXT,
    answered_at BIGINT,
    answered_by UUID REFERENCES person (id)
);
CREATE INDEX question_product ON question (product_id, answered_at);

-- Changes that wait for whoever decides. `changes` is a JSON list of [name, value], as the door takes them; `shown` what
-- trying them out showed. The reason is the object's text.
CREATE TABLE proposal (
    object_id UUID PRIMARY KEY REFERENCES object (id),
    product_id UUID NOT NULL REFERENCES product (id),
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'withdrawn')),
    via TEXT NOT NULL,
    changes TEXT NOT NULL,
    decisions TEXT NOT NULL,
    shown TEXT NOT NULL,
    -- The place in the product's order of events up to which what it changes was looked at.
    seen_seq BIGINT NOT NULL,
    answer TEXT,
    decided_at BIGINT,
    decided_by UUID REFERENCES person (id)
);
CREATE INDEX proposal_product ON proposal (product_id, state);

-- Who agreed, where several roles have to.
CREATE TABLE approval (
    proposal_id UUID NOT NULL REFERENCES proposal (object_id),
    role TEXT NOT NULL,
    person_id UUID REFERENCES person (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (proposal_id, role)
);

-- The decision log. The context is the object's text.
CREATE TABLE decision (
    object_id UUID PRIMARY KEY REFERENCES object (id),
    product_id UUID NOT NULL REFERENCES product (id),
    options TEXT NOT NULL,
    choice TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    decided_by UUID REFERENCES person (id),
    proposal_id UUID REFERENCES proposal (object_id)
);
CREATE INDEX decision_product ON decision (product_id, decided_at);

-- What was agreed against something above it that has changed since, field by field, until its decider has looked.
CREATE TABLE drift (
    id UUID PRIMARY KEY,
    product_id UUID NOT NULL REFERENCES product (id),
    object_id UUID NOT NULL REFERENCES object (id),
    source_id UUID NOT NULL REFERENCES object (id),
    field TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    at BIGINT NOT NULL,
    confirmed_at BIGINT,
    confirmed_by UUID REFERENCES person (id)
);
CREATE UNIQUE INDEX drift_open ON drift (object_id, source_id, field) WHERE confirmed_at IS NULL;
CREATE INDEX drift_marks ON drift (product_id, object_id, source_id) WHERE confirmed_at IS NULL;
CREATE INDEX drift_product ON drift (product_id, confirmed_at, source_id, field, at);
CREATE INDEX drift_source ON drift (source_id);

-- Pairs of things in one plan that cannot both be true, as they stand.
CREATE TABLE contradiction (
    product_id UUID NOT NULL REFERENCES product (id),
    rule TEXT NOT NULL,
    one_id UUID NOT NULL REFERENCES object (id),
    other_id UUID NOT NULL REFERENCES object (id),
    sentence TEXT NOT NULL,
    since BIGINT NOT NULL,
    accepted_until TEXT,
    accepted_by UUID REFERENCES person (id),
    reason TEXT,
    PRIMARY KEY (product_id, rule, one_id, other_id)
);

-- How much of the work each class that needs no why may take, in percent.
CREATE TABLE exempt_budget (
    product_id UUID NOT NULL REFERENCES product (id),
    class TEXT NOT NULL,
    share BIGINT NOT NULL,
    PRIMARY KEY (product_id, class)
);

-- Up to which event the line of a product was looked over for drift and contradictions.
CREATE TABLE looked_over (
    product_id UUID PRIMARY KEY REFERENCES product (id),
    seq BIGINT NOT NULL,
    day TEXT NOT NULL
);

CREATE TABLE link (
    id UUID PRIMARY KEY,
    product_id UUID NOT NULL REFERENCES product (id),
    relation TEXT NOT NULL,
    from_id UUID NOT NULL REFERENCES object (id),
    to_id UUID NOT NULL REFERENCES object (id),
    created_at BIGINT NOT NULL,
    created_by UUID REFERENCES person (id),
    UNIQUE (from_id, to_id, relation)
);
CREATE INDEX link_to ON link (to_id, relation);
CREATE INDEX link_product ON link (product_id, relation, from_id, to_id);

CREATE TABLE comment (
    id UUID PRIMARY KEY,
    object_id UUID NOT NULL REFERENCES object (id),
    author_id UUID REFERENCES person (id),
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    deleted_at BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX comment_object ON comment (object_id, created_at);

CREATE TABLE attachment (
    id UUID PRIMARY KEY,
    object_id UUID NOT NULL REFERENCES object (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    content_hash TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID REFERENCES person (id),
    deleted_at BIGINT
);
CREATE INDEX attachment_object ON attachment (object_id);

CREATE TABLE follower (
    object_id UUID NOT NULL REFERENCES object (id),
    person_id UUID NOT NULL REFERENCES person (id),
    PRIMARY KEY (object_id, person_id)
);

-- History, live feed and, later, webhooks and metrics. scope_id is the product's or the organisation's id.
CREATE TABLE activity (
    scope_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor_id UUID REFERENCES person (id),
    via TEXT NOT NULL,
    verb TEXT NOT NULL,
    object_id UUID REFERENCES object (id),
    version BIGINT NOT NULL,
    batch_id UUID,
    changes TEXT NOT NULL,
    PRIMARY KEY (scope_id, seq)
);
CREATE INDEX activity_object ON activity (object_id, seq);

CREATE TABLE import_batch (
    id UUID PRIMARY KEY,
    product_id UUID NOT NULL REFERENCES product (id),
    source TEXT NOT NULL,
    file TEXT NOT NULL,
    at BIGINT NOT NULL,
    by_id UUID REFERENCES person (id),
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    report TEXT NOT NULL,
    undone_at BIGINT
);
CREATE INDEX import_batch_product ON import_batch (product_id, at);

-- What a batch did to each object, with the state before it, so that the batch can be undone.
CREATE TABLE import_change (
    batch_id UUID NOT NULL REFERENCES import_batch (id),
    object_id UUID NOT NULL REFERENCES object (id),
    created BOOLEAN NOT NULL,
    version_after BIGINT NOT NULL,
    before TEXT NOT NULL,
    PRIMARY KEY (batch_id, object_id)
);

CREATE TABLE external_key (
    product_id UUID NOT NULL REFERENCES product (id),
    source TEXT NOT NULL,
    external_id TEXT COLLATE "C" NOT NULL,
    object_id UUID NOT NULL REFERENCES object (id),
    fingerprint TEXT NOT NULL,
    PRIMARY KEY (product_id, source, external_id)
);
CREATE INDEX external_key_object ON external_key (object_id);

-- Cells of an import that have no field here, kept as they came: a JSON list of [header, value].
CREATE TABLE imported_values (
    object_id UUID PRIMARY KEY REFERENCES object (id),
    source TEXT NOT NULL,
    cells TEXT NOT NULL
);

CREATE TABLE idempotency_key (
    person_id UUID NOT NULL REFERENCES person (id),
    key TEXT COLLATE "C" NOT NULL,
    request_hash TEXT NOT NULL,
    status BIGINT NOT NULL,
    response TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (person_id, key)
);
CREATE INDEX idempotency_key_at ON idempotency_key (at);

-- Full-text search: the one honest difference between the engines. The row's number is product ordinal and object
-- number in one integer, so that a search within a product is a range.
-- only sqlite
CREATE VIRTUAL TABLE search USING fts5 (
    title, body, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2'
);
-- end
-- only postgres
CREATE TABLE search (
    row BIGINT PRIMARY KEY,
    words TSVECTOR NOT NULL
);
CREATE INDEX search_words ON search USING GIN (words);
-- end

-- What is part of an item, itself included: an epic holds stories, a story holds sub-tasks.
CREATE VIEW beneath AS
SELECT object_id AS whole_id, object_id AS item_id FROM item
UNION ALL SELECT parent_id, object_id FROM item WHERE parent_id IS NOT NULL
UNION ALL SELECT w.parent_id, i.object_id FROM item i JOIN item w ON w.object_id = i.parent_id
WHERE w.parent_id IS NOT NULL;

-- Whether an item has a why: a link of its own towards the vision, or one of what it is part of. What is put away is no
-- why, and gives none on.
CREATE VIEW grounded AS
SELECT i.object_id AS item_id, EXISTS (
    SELECT 1 FROM link l JOIN object t ON t.id = l.to_id
    WHERE l.from_id = i.object_id AND l.relation IN ('serves', 'addresses', 'delivers') AND t.archived_at IS NULL
) OR (i.parent_id IS NOT NULL AND EXISTS (
    SELECT 1 FROM link l JOIN object f ON f.id = l.from_id JOIN object t ON t.id = l.to_id
    WHERE l.from_id IN (i.parent_id, (SELECT w.parent_id FROM item w WHERE w.object_id = i.parent_id))
      AND l.relation IN ('serves', 'addresses', 'delivers') AND f.archived_at IS NULL AND t.archived_at IS NULL
)) AS why
FROM item i;

-- What the backlog's lists show from elsewhere, kept beside each item in the same transaction. A trigger is written as
-- SQLite wants it; for PostgreSQL its body becomes a function.
CREATE TRIGGER item_added AFTER INSERT ON item
BEGIN
    UPDATE item SET (title, visibility, version, archived) =
            (SELECT o.title, o.visibility, o.version, o.archived_at IS NOT NULL FROM object o WHERE o.id = NEW.object_id),
        epic = (SELECT o.title FROM object o WHERE o.id = NEW.parent_id),
        why = (SELECT g.why FROM grounded g WHERE g.item_id = NEW.object_id)
    WHERE object_id = NEW.object_id;
END;
CREATE TRIGGER item_joined AFTER UPDATE OF parent_id ON item
WHEN (NEW.parent_id IS DISTINCT FROM OLD.parent_id)
BEGIN
    UPDATE item SET epic = (SELECT o.title FROM object o WHERE o.id = NEW.parent_id) WHERE object_id = NEW.object_id;
    UPDATE item SET why = (SELECT g.why FROM grounded g WHERE g.item_id = item.object_id)
    WHERE object_id IN (SELECT b.item_id FROM beneath b WHERE b.whole_id = NEW.object_id);
END;
CREATE TRIGGER object_changed AFTER UPDATE OF title, visibility, version, archived_at ON object
BEGIN
    UPDATE item SET title = NEW.title, visibility = NEW.visibility, version = NEW.version,
        archived = NEW.archived_at IS NOT NULL
    WHERE object_id = NEW.id;
END;
CREATE TRIGGER object_renamed AFTER UPDATE OF title ON object
WHEN (NEW.title <> OLD.title)
BEGIN
    UPDATE item SET epic = NEW.title WHERE parent_id = NEW.id;
END;
CREATE TRIGGER object_put_away AFTER UPDATE OF archived_at ON object
WHEN ((NEW.archived_at IS NULL) <> (OLD.archived_at IS NULL))
BEGIN
    UPDATE item SET why = (SELECT g.why FROM grounded g WHERE g.item_id = item.object_id)
    WHERE object_id IN (SELECT b.item_id FROM beneath b WHERE b.whole_id = NEW.id);
    -- What is linked to it, and what is part of that; written out, as PostgreSQL would read all items for a join of the view.
    UPDATE item SET why = (SELECT g.why FROM grounded g WHERE g.item_id = item.object_id)
    WHERE object_id IN (
        SELECT l.from_id FROM link l WHERE l.to_id = NEW.id
        UNION SELECT i.object_id FROM link l JOIN item i ON i.parent_id = l.from_id WHERE l.to_id = NEW.id
        UNION SELECT i.object_id FROM link l JOIN item w ON w.parent_id = l.from_id JOIN item i ON i.parent_id = w.object_id
        WHERE l.to_id = NEW.id);
END;
CREATE TRIGGER link_added AFTER INSERT ON link
BEGIN
    UPDATE item SET why = (SELECT g.why FROM grounded g WHERE g.item_id = item.object_id)
    WHERE object_id IN (SELECT b.item_id FROM beneath b WHERE b.whole_id = NEW.from_id);
END;
CREATE TRIGGER link_removed AFTER DELETE ON link
BEGIN
    UPDATE item SET why = (SELECT g.why FROM grounded g WHERE g.item_id = item.object_id)
    WHERE object_id IN (SELECT b.item_id FROM beneath b WHERE b.whole_id = OLD.from_id);
END;
