-- How many bytes a case holds: nobody fills a case until the devices of those who read it cannot.
ALTER TABLE cases ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;
UPDATE cases SET bytes = COALESCE((SELECT SUM(LENGTH(case_items.bytes)) FROM case_items WHERE case_items.case_id = cases.id), 0);
