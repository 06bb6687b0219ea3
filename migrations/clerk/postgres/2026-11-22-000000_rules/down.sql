DROP TABLE allowed_rules;
