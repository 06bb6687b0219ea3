ALTER TABLE cases DROP COLUMN attached;
DROP TABLE attachment_pieces;
