-- What stands beside the tables of documents: see docs/sqlite.md.

-- Relations between the rows of one document. Kinds: document, official, organization, task.
CREATE TABLE edges (
  document TEXT NOT NULL REFERENCES documents,
  relation TEXT NOT NULL,
  from_kind TEXT NOT NULL,
  from_id TEXT NOT NULL,
  to_kind TEXT NOT NULL,
  to_id TEXT NOT NULL,
  start_char INTEGER,
  end_char INTEGER,
  score REAL
);

-- People, posts and organizations of the whole corpus, and the records of documents that they stand for.
-- `type` is the kind of an organization or the office of a post; `organization` is that of a post, or the
-- one that an organization is a part of.
CREATE TABLE entities (
  entity TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('person', 'post', 'organization')),
  name TEXT NOT NULL,
  type TEXT,
  organization TEXT,
  documents INTEGER NOT NULL
);
CREATE TABLE entity_names (
  entity TEXT NOT NULL REFERENCES entities,
  name TEXT NOT NULL,
  count INTEGER NOT NULL
);
CREATE TABLE entity_records (
  entity TEXT NOT NULL REFERENCES entities,
  document TEXT NOT NULL REFERENCES documents,
  record TEXT NOT NULL,
  evidence TEXT,
  score REAL,
  PRIMARY KEY (entity, document, record)
);
CREATE TABLE holders (
  post TEXT NOT NULL REFERENCES entities,
  person TEXT NOT NULL REFERENCES entities,
  first TEXT,
  last TEXT,
  since TEXT,
  until TEXT,
  former INTEGER NOT NULL
);

-- For those who follow up: nothing is written here but by hand.
CREATE TABLE task_status (
  document TEXT NOT NULL,
  task TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('open', 'done', 'dropped')),
  note TEXT,
  changed TEXT NOT NULL DEFAULT CURRENT_DATE,
  PRIMARY KEY (document, task)
);

-- Normalized text of titles (sentence is NULL) and sentences: `pieces` cut at half-spaces, `words` joined
-- over them. Ask it with `dabir search`, which normalizes the words in the same way.
CREATE VIRTUAL TABLE search USING fts5(
  pieces, words, document UNINDEXED, sentence UNINDEXED,
  tokenize = "unicode61 remove_diacritics 0"
);

CREATE INDEX mentions_by_text ON mentions (text);
CREATE INDEX mentions_by_entity ON mentions (document, entity);
CREATE INDEX officials_by_name ON officials (name);
CREATE INDEX officials_by_role ON officials (role);
CREATE INDEX organizations_by_name ON organizations (name);
CREATE INDEX tasks_by_due ON tasks (due);
CREATE INDEX tasks_by_class ON tasks (class);
CREATE INDEX task_actors_by_text ON task_actors (text);
CREATE INDEX task_actors_by_entity ON task_actors (document, entity);
CREATE INDEX sentences_by_class ON sentences (class);
CREATE INDEX documents_by_date ON documents (date);
CREATE INDEX edges_from ON edges (document, from_kind, from_id);
CREATE INDEX edges_to ON edges (document, to_kind, to_id);

CREATE INDEX entities_by_name ON entities (name);
CREATE INDEX entity_names_by_name ON entity_names (name);
CREATE INDEX entity_names_by_entity ON entity_names (entity);
CREATE INDEX entity_records_by_record ON entity_records (document, record);
CREATE INDEX holders_by_post ON holders (post);
CREATE INDEX holders_by_person ON holders (person);

-- Relations between the entities of the corpus; what has no such entity keeps its own id. An official is
-- its person where the text names one, else its post.
CREATE VIEW entity_edges AS
WITH one AS (
  SELECT document, record,
    coalesce(max(CASE WHEN e.kind <> 'post' THEN entity END), max(entity)) AS entity
  FROM entity_records JOIN entities AS e USING (entity)
  GROUP BY document, record
)
SELECT
  x.document, x.relation, x.from_kind, coalesce(f.entity, x.from_id) AS from_id,
  x.to_kind, coalesce(t.entity, x.to_id) AS to_id, x.start_char, x.end_char, x.score
FROM edges AS x
LEFT JOIN one AS f ON f.document = x.document AND f.record = x.from_id AND x.from_kind IN ('official', 'organization')
LEFT JOIN one AS t ON t.document = x.document AND t.record = x.to_id AND x.to_kind IN ('official', 'organization');

-- Tasks with the entities of the corpus that have a part in them.
CREATE VIEW entity_tasks AS
SELECT r.entity, a.part, t.*
FROM entity_records AS r
JOIN task_actors AS a ON a.document = r.document AND a.entity = r.record
JOIN tasks AS t ON t.document = a.document AND t.task = a.task;

-- Tasks that nobody has marked as done or dropped, those due first at the top.
CREATE VIEW open_tasks AS
SELECT
  t.document, t.task, d.title, d.date, t.class, t.text, t.assignees, t.collaborators, t.issuer,
  t.deadline, t.deadline_kind, t.due_jalali, t.due,
  CASE WHEN t.due < date('now') THEN CAST(julianday(date('now')) - julianday(t.due) AS INTEGER) END AS days_overdue,
  t.score
FROM tasks AS t
JOIN documents AS d USING (document)
LEFT JOIN task_status AS s USING (document, task)
WHERE coalesce(s.status, 'open') = 'open'
ORDER BY t.due IS NULL, t.due, t.document, t.task;
