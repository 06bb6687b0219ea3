DROP TABLE audit_counted;
DROP TABLE audit_head;
DROP TABLE audit;
