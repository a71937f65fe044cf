-- Documents come before the paper that they belong to exists, and a picture that was used before is known again.

CREATE TABLE staging (
  sha256 TEXT PRIMARY KEY REFERENCES document (sha256) ON DELETE CASCADE,
  staged_at TEXT NOT NULL         -- ISO 8601 UTC; what belongs to no paper a day later is destroyed
) STRICT, WITHOUT ROWID;

CREATE TABLE document_original (
  original TEXT NOT NULL,         -- SHA-256 of a file as it was picked, where that is not what is kept; goes with the document
  sha256 TEXT NOT NULL REFERENCES document (sha256) ON DELETE CASCADE,
  PRIMARY KEY (original, sha256)
) STRICT, WITHOUT ROWID;

CREATE INDEX document_original_sha256 ON document_original (sha256);

-- Who asks for an invoice's number opens the payments and not two hundred thousand gifts.
CREATE INDEX paper_kind ON paper (kind);
