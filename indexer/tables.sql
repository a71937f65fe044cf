-- The mirror: one row per event of the book, inserted once and never changed; only the cursor moves. Delete the file and
-- index again: every row comes back. Nothing that cannot be rebuilt from the chain may live here.
--
-- place      where the event stands in the book: block * 1048576 + index of its log within the block. It orders all events.
-- *_fen, fen integer fen; those of bank accounts may lie below zero. start_fen and end_fen are places on a fund's line: the fen [start_fen, end_fen).
-- person     who did it: a number in persons.
-- ref, paper, hash, address: the bytes themselves, not their text. Roles are decimal text: they may exceed 63 bits.
-- source, kind, reason, why, opinion, erasure: the numbers of the enumerations in contracts/interfaces, whose words are in
-- ledger/words.ts.
-- effective_on, opened_on, due_on, day, *_day: days since 1970-01-01 in China Standard Time. time, since: seconds of Unix time.

-- How far the chain is mirrored: the last block, its hash and time, and how many events stand up to it. One row.
CREATE TABLE cursor (
  id     INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  block  INTEGER NOT NULL,
  hash   BLOB    NOT NULL,
  time   INTEGER NOT NULL,
  events INTEGER NOT NULL
) STRICT;

-- Which chain and which contracts this file mirrors. One row.
CREATE TABLE source (
  id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  chain_id INTEGER NOT NULL,
  genesis  BLOB    NOT NULL,
  charter  BLOB    NOT NULL,
  people   BLOB    NOT NULL,
  ledger   BLOB    NOT NULL,
  bank     BLOB    NOT NULL,
  audit    BLOB    NOT NULL
) STRICT;

-- The transactions that wrote events, by the place of the first. An event's transaction is the last one not after it.
CREATE TABLE transactions (
  place INTEGER NOT NULL PRIMARY KEY,
  hash  BLOB    NOT NULL,
  time  INTEGER NOT NULL
) STRICT;

-- FundOpened.
CREATE TABLE funds (
  number        INTEGER NOT NULL PRIMARY KEY,
  place         INTEGER NOT NULL,
  community     INTEGER NOT NULL,
  restricted    INTEGER NOT NULL,
  reserve_fen   INTEGER NOT NULL,
  threshold_fen INTEGER NOT NULL,
  purpose       BLOB    NOT NULL,
  person        INTEGER NOT NULL
) STRICT;

-- FundClosed.
CREATE TABLE fund_closings (
  fund   INTEGER NOT NULL PRIMARY KEY,
  place  INTEGER NOT NULL,
  paper  BLOB    NOT NULL,
  person INTEGER NOT NULL
) STRICT;

-- PeriodClosed: the days from_day to through_day of a fund, and how the fund stood when they were closed. from_day is 0
-- in the first one.
CREATE TABLE periods (
  fund         INTEGER NOT NULL,
  number       INTEGER NOT NULL,
  place        INTEGER NOT NULL,
  from_day     INTEGER NOT NULL,
  through_day  INTEGER NOT NULL,
  received_fen INTEGER NOT NULL,
  cursor_fen   INTEGER NOT NULL,
  inflows      INTEGER NOT NULL,
  outflows     INTEGER NOT NULL,
  paper        BLOB    NOT NULL,
  person       INTEGER NOT NULL,
  PRIMARY KEY (fund, number)
) STRICT, WITHOUT ROWID;

-- InflowsRecorded: what its items have in common. They are inflows first_number … first_number + size - 1.
CREATE TABLE batches (
  place        INTEGER NOT NULL PRIMARY KEY,
  fund         INTEGER NOT NULL,
  number       INTEGER NOT NULL,
  first_number INTEGER NOT NULL,
  size         INTEGER NOT NULL,
  start_fen    INTEGER NOT NULL,
  end_fen      INTEGER NOT NULL,
  source       INTEGER NOT NULL,
  effective_on INTEGER NOT NULL,
  person       INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX batches_by_number ON batches (fund, number);
CREATE UNIQUE INDEX batches_by_start ON batches (fund, start_fen);
CREATE INDEX batches_by_day ON batches (fund, effective_on, source);

-- InflowsRecorded: its items. They tile their fund's line in the order of their numbers.
CREATE TABLE inflows (
  fund      INTEGER NOT NULL,
  number    INTEGER NOT NULL,
  batch     INTEGER NOT NULL,
  start_fen INTEGER NOT NULL,
  end_fen   INTEGER NOT NULL,
  ref       BLOB    NOT NULL,
  paper     BLOB    NOT NULL,
  PRIMARY KEY (fund, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX inflows_by_start ON inflows (fund, start_fen);
CREATE INDEX inflows_by_ref ON inflows (ref);
CREATE INDEX inflows_by_paper ON inflows (paper);

-- OriginRecorded: the outflow that an inflow brings fen back from, those at offset_fen and after it.
CREATE TABLE origins (
  fund           INTEGER NOT NULL,
  inflow         INTEGER NOT NULL,
  place          INTEGER NOT NULL,
  origin_fund    INTEGER NOT NULL,
  origin_outflow INTEGER NOT NULL,
  offset_fen     INTEGER NOT NULL,
  PRIMARY KEY (fund, inflow)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX origins_by_outflow ON origins (origin_fund, origin_outflow, offset_fen);

-- PaymentProposed: a payment, refund (subject = inflow) or transfer (subject = the other fund).
CREATE TABLE proposals (
  place   INTEGER NOT NULL PRIMARY KEY,
  fund    INTEGER NOT NULL,
  outflow INTEGER NOT NULL,
  kind    INTEGER NOT NULL,
  subject INTEGER NOT NULL,
  fen     INTEGER NOT NULL,
  ref     BLOB    NOT NULL,
  paper   BLOB    NOT NULL,
  person  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX proposals_by_outflow ON proposals (fund, outflow);
CREATE INDEX proposals_by_ref ON proposals (ref);
CREATE INDEX proposals_by_paper ON proposals (paper);

-- PaymentApproved.
CREATE TABLE approvals (
  place   INTEGER NOT NULL PRIMARY KEY,
  fund    INTEGER NOT NULL,
  outflow INTEGER NOT NULL,
  paper   BLOB    NOT NULL,
  person  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX approvals_by_outflow ON approvals (fund, outflow);

-- PaymentRejected.
CREATE TABLE rejections (
  place   INTEGER NOT NULL PRIMARY KEY,
  fund    INTEGER NOT NULL,
  outflow INTEGER NOT NULL,
  reason  INTEGER NOT NULL,
  paper   BLOB    NOT NULL,
  person  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX rejections_by_outflow ON rejections (fund, outflow);

-- PaymentCancelled: released_fen are no longer held.
CREATE TABLE cancellations (
  place        INTEGER NOT NULL PRIMARY KEY,
  fund         INTEGER NOT NULL,
  outflow      INTEGER NOT NULL,
  reason       INTEGER NOT NULL,
  released_fen INTEGER NOT NULL,
  paper        BLOB    NOT NULL,
  person       INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX cancellations_by_outflow ON cancellations (fund, outflow);

-- PaymentExecuted: one bank line each, so an outflow may have several.
CREATE TABLE executions (
  place        INTEGER NOT NULL PRIMARY KEY,
  fund         INTEGER NOT NULL,
  outflow      INTEGER NOT NULL,
  fen          INTEGER NOT NULL,
  released_fen INTEGER NOT NULL,
  is_last      INTEGER NOT NULL,
  ref          BLOB    NOT NULL,
  effective_on INTEGER NOT NULL,
  paper        BLOB    NOT NULL,
  person       INTEGER NOT NULL
) STRICT;
CREATE INDEX executions_by_outflow ON executions (fund, outflow);
CREATE INDEX executions_by_ref ON executions (ref);
CREATE INDEX executions_by_paper ON executions (paper);

-- PaymentAccepted.
CREATE TABLE acceptances (
  place   INTEGER NOT NULL PRIMARY KEY,
  fund    INTEGER NOT NULL,
  outflow INTEGER NOT NULL,
  paper   BLOB    NOT NULL,
  person  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX acceptances_by_outflow ON acceptances (fund, outflow);
CREATE INDEX acceptances_by_paper ON acceptances (paper);

-- InflowVoided: an outflow that is proposed, paid and done at once.
CREATE TABLE voids (
  place        INTEGER NOT NULL PRIMARY KEY,
  fund         INTEGER NOT NULL,
  outflow      INTEGER NOT NULL,
  inflow       INTEGER NOT NULL,
  fen          INTEGER NOT NULL,
  reason       INTEGER NOT NULL,
  ref          BLOB    NOT NULL,
  effective_on INTEGER NOT NULL,
  paper        BLOB    NOT NULL,
  person       INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX voids_by_outflow ON voids (fund, outflow);
CREATE INDEX voids_by_inflow ON voids (fund, inflow);
CREATE INDEX voids_by_ref ON voids (ref);
CREATE INDEX voids_by_paper ON voids (paper);

-- PieceTaken: the fen [start_fen, end_fen) of the line went into an outflow, at offset_fen within it.
CREATE TABLE pieces (
  fund       INTEGER NOT NULL,
  number     INTEGER NOT NULL,
  place      INTEGER NOT NULL,
  outflow    INTEGER NOT NULL,
  start_fen  INTEGER NOT NULL,
  end_fen    INTEGER NOT NULL,
  offset_fen INTEGER NOT NULL,
  PRIMARY KEY (fund, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX pieces_by_start ON pieces (fund, start_fen);
CREATE UNIQUE INDEX pieces_by_outflow ON pieces (fund, outflow, offset_fen);

-- CutsSkipped.
CREATE TABLE skips (
  place      INTEGER NOT NULL PRIMARY KEY,
  fund       INTEGER NOT NULL,
  crossed    INTEGER NOT NULL,
  cursor_fen INTEGER NOT NULL
) STRICT;
CREATE INDEX skips_by_fund ON skips (fund, cursor_fen);

-- AccountOpened: a bank account.
CREATE TABLE accounts (
  number      INTEGER NOT NULL PRIMARY KEY,
  place       INTEGER NOT NULL,
  community   INTEGER NOT NULL,
  opening_fen INTEGER NOT NULL,
  opened_on   INTEGER NOT NULL,
  paper       BLOB    NOT NULL,
  person      INTEGER NOT NULL
) STRICT;

-- LinesRecorded: what its lines have in common. They are lines first_line … first_line + size - 1.
CREATE TABLE bank_statements (
  account     INTEGER NOT NULL,
  number      INTEGER NOT NULL,
  place       INTEGER NOT NULL,
  first_line  INTEGER NOT NULL,
  size        INTEGER NOT NULL,
  through_day INTEGER NOT NULL,
  opening_fen INTEGER NOT NULL,
  closing_fen INTEGER NOT NULL,
  paper       BLOB    NOT NULL,
  person      INTEGER NOT NULL,
  PRIMARY KEY (account, number)
) STRICT, WITHOUT ROWID;

-- LinesRecorded: its lines. A credit is above zero, a debit below.
CREATE TABLE bank_lines (
  account   INTEGER NOT NULL,
  number    INTEGER NOT NULL,
  statement INTEGER NOT NULL,
  fen       INTEGER NOT NULL,
  day       INTEGER NOT NULL,
  ref       BLOB    NOT NULL,
  paper     BLOB    NOT NULL,
  PRIMARY KEY (account, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX bank_lines_by_ref ON bank_lines (ref);
CREATE INDEX bank_lines_by_day ON bank_lines (account, day);

-- LinesMatched: fen of a line are what inflow `entry` of a fund says, or outflow `entry`.
CREATE TABLE matches (
  account    INTEGER NOT NULL,
  number     INTEGER NOT NULL,
  place      INTEGER NOT NULL,
  line       INTEGER NOT NULL,
  fund       INTEGER NOT NULL,
  is_outflow INTEGER NOT NULL,
  entry      INTEGER NOT NULL,
  fen        INTEGER NOT NULL,
  paper      BLOB    NOT NULL,
  person     INTEGER NOT NULL,
  PRIMARY KEY (account, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX matches_by_line ON matches (account, line);
CREATE INDEX matches_by_entry ON matches (fund, is_outflow, entry);

-- MatchUndone.
CREATE TABLE match_undoings (
  account INTEGER NOT NULL,
  number  INTEGER NOT NULL,
  place   INTEGER NOT NULL,
  reason  INTEGER NOT NULL,
  paper   BLOB    NOT NULL,
  person  INTEGER NOT NULL,
  PRIMARY KEY (account, number)
) STRICT, WITHOUT ROWID;

-- LineExplained: why a line has no entry. The last row of a line holds.
CREATE TABLE line_explanations (
  place   INTEGER NOT NULL PRIMARY KEY,
  account INTEGER NOT NULL,
  line    INTEGER NOT NULL,
  why     INTEGER NOT NULL,
  paper   BLOB    NOT NULL,
  person  INTEGER NOT NULL
) STRICT;
CREATE INDEX line_explanations_by_line ON line_explanations (account, line);

-- OpinionGiven.
CREATE TABLE opinions (
  number      INTEGER NOT NULL PRIMARY KEY,
  place       INTEGER NOT NULL,
  community   INTEGER NOT NULL,
  from_day    INTEGER NOT NULL,
  through_day INTEGER NOT NULL,
  opinion     INTEGER NOT NULL,
  bundle      BLOB    NOT NULL,
  paper       BLOB    NOT NULL,
  person      INTEGER NOT NULL
) STRICT;

-- FindingRaised. owner is the person who must answer it.
CREATE TABLE findings (
  number    INTEGER NOT NULL PRIMARY KEY,
  place     INTEGER NOT NULL,
  community INTEGER NOT NULL,
  owner     INTEGER NOT NULL,
  due_on    INTEGER NOT NULL,
  paper     BLOB    NOT NULL,
  person    INTEGER NOT NULL
) STRICT;

-- FindingAnswered.
CREATE TABLE finding_answers (
  place   INTEGER NOT NULL PRIMARY KEY,
  finding INTEGER NOT NULL,
  paper   BLOB    NOT NULL,
  person  INTEGER NOT NULL
) STRICT;
CREATE INDEX finding_answers_by_finding ON finding_answers (finding);

-- FindingVerified: without is_done the finding is open again.
CREATE TABLE finding_verdicts (
  place   INTEGER NOT NULL PRIMARY KEY,
  finding INTEGER NOT NULL,
  is_done INTEGER NOT NULL,
  paper   BLOB    NOT NULL,
  person  INTEGER NOT NULL
) STRICT;
CREATE INDEX finding_verdicts_by_finding ON finding_verdicts (finding);

-- ComplaintFiled. fund and outflow are 0 where it is about none; address is the key that filed it.
CREATE TABLE complaints (
  number    INTEGER NOT NULL PRIMARY KEY,
  place     INTEGER NOT NULL,
  community INTEGER NOT NULL,
  fund      INTEGER NOT NULL,
  outflow   INTEGER NOT NULL,
  address   BLOB    NOT NULL,
  paper     BLOB    NOT NULL
) STRICT;
CREATE INDEX complaints_by_outflow ON complaints (fund, outflow);

-- ComplaintAnswered.
CREATE TABLE complaint_answers (
  place     INTEGER NOT NULL PRIMARY KEY,
  complaint INTEGER NOT NULL,
  paper     BLOB    NOT NULL,
  person    INTEGER NOT NULL
) STRICT;
CREATE INDEX complaint_answers_by_complaint ON complaint_answers (complaint);

-- ComplaintClosed.
CREATE TABLE complaint_closings (
  place     INTEGER NOT NULL PRIMARY KEY,
  complaint INTEGER NOT NULL,
  paper     BLOB    NOT NULL,
  person    INTEGER NOT NULL
) STRICT;
CREATE INDEX complaint_closings_by_complaint ON complaint_closings (complaint);

-- ComplaintReopened, by the key that filed it (person 0) or by an auditor.
CREATE TABLE complaint_reopenings (
  place     INTEGER NOT NULL PRIMARY KEY,
  complaint INTEGER NOT NULL,
  address   BLOB    NOT NULL,
  paper     BLOB    NOT NULL,
  person    INTEGER NOT NULL
) STRICT;
CREATE INDEX complaint_reopenings_by_complaint ON complaint_reopenings (complaint);

-- PapersErased, a row a paper.
CREATE TABLE erasures (
  paper   BLOB    NOT NULL,
  erasure INTEGER NOT NULL,
  place   INTEGER NOT NULL,
  person  INTEGER NOT NULL,
  PRIMARY KEY (paper, erasure)
) STRICT, WITHOUT ROWID;
CREATE INDEX erasures_by_place ON erasures (place);

-- PersonEnrolled: the person. Whoever enrolled the founders is 0.
CREATE TABLE persons (
  number INTEGER NOT NULL PRIMARY KEY,
  place  INTEGER NOT NULL,
  paper  BLOB    NOT NULL,
  person INTEGER NOT NULL
) STRICT;

-- PersonEnrolled and KeyAdded: the keys of persons. owner is whose key it is.
CREATE TABLE keys (
  address BLOB    NOT NULL PRIMARY KEY,
  place   INTEGER NOT NULL,
  owner   INTEGER NOT NULL,
  paper   BLOB    NOT NULL,
  person  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX keys_by_owner ON keys (owner);

-- KeyRetired.
CREATE TABLE key_retirements (
  address BLOB    NOT NULL PRIMARY KEY,
  place   INTEGER NOT NULL,
  owner   INTEGER NOT NULL,
  paper   BLOB    NOT NULL,
  person  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- RoleGranted: from `since` on. Without new_member an existing member's delay was changed.
CREATE TABLE role_grants (
  place      INTEGER NOT NULL PRIMARY KEY,
  role       TEXT    NOT NULL,
  address    BLOB    NOT NULL,
  delay      INTEGER NOT NULL,
  since      INTEGER NOT NULL,
  new_member INTEGER NOT NULL
) STRICT;
CREATE INDEX role_grants_by_address ON role_grants (address, role);

-- RoleRevoked.
CREATE TABLE role_revocations (
  place   INTEGER NOT NULL PRIMARY KEY,
  role    TEXT    NOT NULL,
  address BLOB    NOT NULL
) STRICT;
CREATE INDEX role_revocations_by_address ON role_revocations (address, role);

-- RoleLabel: what the Charter calls a role.
CREATE TABLE role_labels (
  place INTEGER NOT NULL PRIMARY KEY,
  role  TEXT    NOT NULL,
  label TEXT    NOT NULL
) STRICT;

-- TargetFunctionRoleUpdated: which role may call which function. The last row of a function holds.
CREATE TABLE powers (
  place    INTEGER NOT NULL PRIMARY KEY,
  target   BLOB    NOT NULL,
  selector BLOB    NOT NULL,
  role     TEXT    NOT NULL
) STRICT;

-- The Charter's other events (delays, admins, guardians, scheduled operations, who obeys whom): no page asks for them yet.
CREATE TABLE charter_acts (
  place INTEGER NOT NULL PRIMARY KEY,
  name  TEXT    NOT NULL,
  facts TEXT    NOT NULL
) STRICT;

-- What follows is derived, as views: stored sums and overlaps could only ever disagree with the rows that they come from.

-- Whose fen went where: the inflows under each piece. Inflows tile the line and pieces never overlap, so that both are
-- found by where they start.
CREATE VIEW overlaps AS
SELECT p.fund, p.number AS piece, i.number AS inflow, p.outflow,
  max(p.start_fen, i.start_fen) AS start_fen,
  min(p.end_fen, i.end_fen) AS end_fen,
  p.offset_fen + max(p.start_fen, i.start_fen) - p.start_fen AS offset_fen
FROM pieces p JOIN inflows i ON i.fund = p.fund
  AND i.start_fen >= (SELECT max(start_fen) FROM inflows WHERE fund = p.fund AND start_fen <= p.start_fen)
  AND i.start_fen < p.end_fen;

-- Every outflow as it stands. A void was proposed and executed at once; who is 0 nobody has been yet.
CREATE VIEW outflows AS
SELECT p.fund, p.outflow AS number, p.place, p.kind, p.subject, p.fen, p.ref, p.paper, p.person AS proposer,
  coalesce(a.person, 0) AS approver,
  coalesce(e.person, 0) AS cashier,
  coalesce((SELECT sum(fen) FROM executions WHERE fund = p.fund AND outflow = p.outflow), 0) AS paid_fen,
  coalesce((SELECT sum(i.end_fen - i.start_fen) FROM origins o JOIN inflows i ON i.fund = o.fund AND i.number = o.inflow
    WHERE o.origin_fund = p.fund AND o.origin_outflow = p.outflow), 0) AS returned_fen,
  e.effective_on,
  CASE
    WHEN accepted.place IS NOT NULL THEN 4
    WHEN rejected.place IS NOT NULL THEN 5
    WHEN e.is_last = 1 THEN 3
    WHEN cancelled.place IS NOT NULL THEN CASE WHEN e.place IS NULL THEN 6 ELSE 3 END
    WHEN a.place IS NOT NULL THEN 2
    ELSE 1
  END AS state
FROM proposals p
  LEFT JOIN approvals a ON a.fund = p.fund AND a.outflow = p.outflow
  LEFT JOIN executions e ON e.place = (SELECT max(place) FROM executions WHERE fund = p.fund AND outflow = p.outflow)
  LEFT JOIN acceptances accepted ON accepted.fund = p.fund AND accepted.outflow = p.outflow
  LEFT JOIN rejections rejected ON rejected.fund = p.fund AND rejected.outflow = p.outflow
  LEFT JOIN cancellations cancelled ON cancelled.fund = p.fund AND cancelled.outflow = p.outflow
UNION ALL
SELECT v.fund, v.outflow, v.place, 4, v.inflow, v.fen, v.ref, v.paper, v.person, 0, 0, v.fen,
  coalesce((SELECT sum(i.end_fen - i.start_fen) FROM origins o JOIN inflows i ON i.fund = o.fund AND i.number = o.inflow
    WHERE o.origin_fund = v.fund AND o.origin_outflow = v.outflow), 0),
  v.effective_on, 3
FROM voids v;

-- Every fund as it stands: as FundLedger.standingOf, but for what is available.
CREATE VIEW standings AS
SELECT f.number AS fund,
  coalesce((SELECT end_fen FROM inflows WHERE fund = f.number ORDER BY start_fen DESC LIMIT 1), 0) AS received_fen,
  max(
    coalesce((SELECT p.end_fen FROM pieces p JOIN proposals q ON q.fund = p.fund AND q.outflow = p.outflow
      WHERE p.fund = f.number AND q.kind IN (1, 3) ORDER BY p.start_fen DESC LIMIT 1), 0),
    coalesce((SELECT max(cursor_fen) FROM skips WHERE fund = f.number), 0)
  ) AS cursor_fen,
  coalesce((SELECT sum(q.fen) FROM approvals a JOIN proposals q ON q.fund = a.fund AND q.outflow = a.outflow
      WHERE a.fund = f.number), 0)
    - coalesce((SELECT sum(fen + released_fen) FROM executions WHERE fund = f.number), 0)
    - coalesce((SELECT sum(released_fen) FROM cancellations WHERE fund = f.number), 0) AS held_fen,
  coalesce((SELECT max(number) FROM batches WHERE fund = f.number), 0) AS batches,
  coalesce((SELECT max(number) FROM inflows WHERE fund = f.number), 0) AS inflows,
  max(coalesce((SELECT max(outflow) FROM proposals WHERE fund = f.number), 0),
    coalesce((SELECT max(outflow) FROM voids WHERE fund = f.number), 0)) AS outflows,
  coalesce((SELECT max(number) FROM pieces WHERE fund = f.number), 0) AS pieces,
  coalesce((SELECT max(number) FROM periods WHERE fund = f.number), 0) AS periods,
  coalesce((SELECT max(through_day) FROM periods WHERE fund = f.number), 0) AS closed_through
FROM funds f;

-- Every bank account as it stands: as BankRegister.accountOf.
CREATE VIEW account_standings AS
SELECT a.number, a.community, a.opening_fen, a.opened_on, a.place, a.paper, a.person,
  coalesce((SELECT max(number) FROM bank_lines WHERE account = a.number), 0) AS lines,
  coalesce((SELECT max(number) FROM bank_statements WHERE account = a.number), 0) AS statements,
  coalesce((SELECT max(number) FROM matches WHERE account = a.number), 0) AS matches,
  coalesce((SELECT through_day FROM bank_statements WHERE account = a.number ORDER BY number DESC LIMIT 1), a.opened_on) AS through_day,
  coalesce((SELECT closing_fen FROM bank_statements WHERE account = a.number ORDER BY number DESC LIMIT 1), a.opening_fen)
    AS balance_fen
FROM accounts a;
