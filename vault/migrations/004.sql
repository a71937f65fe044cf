-- Who said no to a void that was asked for, so that whoever asked hears of it. NULL while it waits.

ALTER TABLE asked_void ADD COLUMN refused_by INTEGER;
ALTER TABLE asked_void ADD COLUMN refused_at INTEGER;  -- unix seconds
