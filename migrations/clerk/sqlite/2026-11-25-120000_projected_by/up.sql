-- By which rules and which reading of them the cases were last projected: at another one all of them are looked at again.
CREATE TABLE projected (
  by_what TEXT PRIMARY KEY NOT NULL
);
