-- What a caller of the ElevenLabs API sent, as JSON of its body and its format, for a vendor that understands it; empty for jobs of
-- our own API. It holds the caller's words: erased with them.

ALTER TABLE jobs ADD COLUMN vendor_order TEXT NOT NULL DEFAULT '';
