-- What must not be on the chain. Every private thing is sealed under a key of its own record (AES-256-GCM, nonce ‖ text ‖ tag),
-- and that key is wrapped by the master key, which never lies in this file. Hashes are text: 0x and small letters.

CREATE TABLE secret (
  name TEXT PRIMARY KEY,          -- 'check' (tells whether a master key is this vault's) · 'book-key'
  value BLOB NOT NULL
) STRICT;

CREATE TABLE paper (
  hash TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  manifest TEXT NOT NULL,         -- canonical JSON, shown to anybody; stays for ever
  kept_until INTEGER NOT NULL,    -- day (UTC+8) before which the law wants the private fields kept
  wrapped_key BLOB,               -- NULL when destroyed, or when there was nothing private
  sealed BLOB,                    -- the private fields with their salts
  CHECK ((wrapped_key IS NULL) = (sealed IS NULL))
) STRICT;

CREATE TABLE gift (
  code_mac BLOB PRIMARY KEY,      -- HMAC of the donor's code: whoever steals this file has no links
  fund INTEGER NOT NULL,
  ref TEXT NOT NULL,
  paper TEXT NOT NULL REFERENCES paper (hash),
  locked BLOB,                    -- the private fields for the donor's browser, under the key in his link
  reprint BLOB,                   -- code and link key, under the paper's record key
  UNIQUE (fund, ref)
) STRICT;

CREATE INDEX gift_paper ON gift (paper);

CREATE TABLE document (
  sha256 TEXT PRIMARY KEY,        -- of what was handed in, before sealing
  media_type TEXT NOT NULL,
  wrapped_key BLOB NOT NULL,
  sealed BLOB NOT NULL
) STRICT;

CREATE TABLE document_of (
  paper TEXT NOT NULL REFERENCES paper (hash),
  sha256 TEXT NOT NULL,           -- stays when the document is destroyed
  PRIMARY KEY (paper, sha256)
) STRICT, WITHOUT ROWID;

CREATE INDEX document_of_sha256 ON document_of (sha256);

CREATE TABLE erasure (
  paper TEXT PRIMARY KEY,         -- may be unknown here, when an older backup was restored
  restricted_at TEXT NOT NULL,    -- ISO 8601 UTC
  destroyed_at TEXT
) STRICT;

CREATE TABLE scrub_due (
  since TEXT NOT NULL             -- a row stands here from a destruction until the file was rewritten without the old pages
) STRICT;
