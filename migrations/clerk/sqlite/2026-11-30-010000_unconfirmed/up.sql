-- Requests that nobody has confirmed are counted, and deleted when their link has expired, along this index.
CREATE INDEX families_by_state ON families (state, confirm_until);
