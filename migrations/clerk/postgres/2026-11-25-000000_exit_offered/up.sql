-- Whether somebody says that people who were kept there could leave: such cases are counted apart.
ALTER TABLE cases ADD COLUMN exit_offered BIGINT NOT NULL DEFAULT 0;
