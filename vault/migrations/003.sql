-- Voids that an accountant asked an approver for, until one is made. Numbers, and a word of the contract: nothing private.

CREATE TABLE asked_void (
  fund INTEGER NOT NULL,
  inflow INTEGER NOT NULL,
  fen INTEGER NOT NULL CHECK (fen > 0),
  reason TEXT NOT NULL,           -- of IFundLedger.Reason
  person INTEGER NOT NULL,        -- who asked
  asked_at INTEGER NOT NULL,      -- unix seconds
  voids INTEGER NOT NULL,         -- how many voids of the inflow the book had then: with one more, what was asked for is done
  PRIMARY KEY (fund, inflow)
) STRICT, WITHOUT ROWID;
