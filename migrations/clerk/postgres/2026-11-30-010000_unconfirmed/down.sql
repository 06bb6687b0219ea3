DROP INDEX families_by_state;
