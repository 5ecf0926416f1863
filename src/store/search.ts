/**
 * Full text over every thread. Titles are few and are looked at as they are; messages have an index,
 * FTS4 since sql.js comes without FTS5. It is *contentless*: it holds where words are, and no text a
 * second time. Nothing can be taken out of such an index, so a message that changes is indexed anew
 * under a new number, and `search_documents` tells which numbers count.
 */
import type { BindParams, Database } from "sql.js";
import type { SearchHit } from "../shared/search";
import { withoutEscapes } from "../shared/terminal";
import type { Message, Part, ToolPart } from "../shared/thread";
import { endsOf, fromBothEnds } from "./ends";
import { wholeOutput } from "./outputs";
import { partsIn } from "./rows";
import { snippetOf } from "./snippet";
import { ftsQuery, indexable, matches, parseQuery, type Phrase } from "./words";

/**
 * When more messages than these have the words, the newest of them are ranked: a word that is in every
 * message is answered as fast as a rare one.
 */
const RANKED = 1000;
/** So much of a message is indexed, in UTF-16 units, which takes three seconds: all of it, or its two ends. */
const MOST = 10_000_000;

/** Builds the index from the messages that are there; also the first time, and for what is to be forgotten. */
export function rebuildIndex(database: Database): void {
  // The words were folded before, so the simplest tokenizer does: it splits at spaces. The newest come
  // first, as the search wants them. The beginnings of words have an index of two letters; longer ones are looked up among the words.
  database.exec(`
    DROP TABLE IF EXISTS search;
    DROP TABLE IF EXISTS search_documents;
    CREATE VIRTUAL TABLE search USING fts4 (text, content="", tokenize=simple, order=desc, prefix="2");
    CREATE TABLE search_documents (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      message_id TEXT NOT NULL UNIQUE
    );`);
  const ids = rows<{ id: string }>(database, "SELECT id FROM messages ORDER BY created_at, seq");
  for (const { id } of ids)
    for (const row of rows<{ parts: string; visibility: string; status: string }>(
      database,
      "SELECT parts, visibility, status FROM messages WHERE id = ?",
      [id],
    ))
      indexMessage(database, {
        id,
        parts: partsIn(row.parts),
        visibility: row.visibility as Message["visibility"],
        status: row.status as Message["status"],
      });
}

/** Whether a message is in the index. One that streams is when it has ended; a hidden one never. */
export const isIndexed = ({ visibility, status }: Pick<Message, "visibility" | "status">) =>
  visibility !== "hidden" && status !== "streaming";

/** Indexes a message, or what became of it, where it is to be in the index. */
export function indexMessage(
  database: Database,
  message: Pick<Message, "id" | "parts" | "visibility" | "status">,
): void {
  if (!isIndexed(message)) return;
  const [document] = rows<{ id: number }>(
    database,
    "INSERT OR REPLACE INTO search_documents (message_id) VALUES (?) RETURNING id",
    [message.id],
  );
  if (!document) return;
  const text = indexable(searchableText(message.parts, wholeIn(database, message.id)));
  database.run("INSERT INTO search (docid, text) VALUES (?, ?)", [document.id, text]);
}

/**
 * Where the words of a query are, at most `limit` places: first the threads whose title has all of
 * them, the last changed first; then the messages that have all of them, by how often and how densely
 * (BM25 without the rarity of words, as every hit has every word), and the last changed thread first
 * among equals. Any text is a query (see `parseQuery`); one without words finds nothing.
 */
export function search(database: Database, query: string, limit: number): SearchHit[] {
  const phrases = parseQuery(query);
  if (phrases.length === 0 || limit < 1) return [];
  const titles = titleHits(database, phrases, limit);
  return [...titles, ...messageHits(database, phrases, limit - titles.length)];
}

function titleHits(database: Database, phrases: readonly Phrase[], limit: number): SearchHit[] {
  const hits: SearchHit[] = [];
  for (const { id, title, updated_at } of each<{ id: string; title: string; updated_at: number }>(
    database,
    "SELECT id, title, updated_at FROM threads WHERE deleted_at IS NULL ORDER BY updated_at DESC, id",
  )) {
    if (!matches(title, phrases)) continue;
    const snippet = snippetOf(title, phrases);
    hits.push({ thread: id, title, message: null, seq: null, ...snippet, updatedAt: updated_at });
    if (hits.length === limit) break;
  }
  return hits;
}

function messageHits(database: Database, phrases: readonly Phrase[], limit: number): SearchHit[] {
  if (limit < 1) return [];
  const found = rows<{
    info: Uint8Array;
    id: string;
    thread_id: string;
    seq: number;
    title: string;
    updated_at: number;
  }>(
    database,
    // The order of the joins is the order of the index, which ends early.
    `SELECT matchinfo(search, 'pcaly') AS info, messages.id, thread_id, seq, title, updated_at
     FROM search
     CROSS JOIN search_documents ON search_documents.id = search.docid
     CROSS JOIN messages ON messages.id = message_id
     CROSS JOIN threads ON threads.id = thread_id
     WHERE search MATCH ? AND deleted_at IS NULL ORDER BY search.docid DESC LIMIT ${RANKED}`,
    [ftsQuery(phrases)],
  );
  return found
    .map((row) => ({ ...row, relevance: relevanceOf(row.info) }))
    .sort((a, b) => b.relevance - a.relevance || b.updated_at - a.updated_at || b.seq - a.seq)
    .slice(0, limit)
    .map(({ id, thread_id, seq, title, updated_at }) => {
      const [row] = rows<{ parts: string }>(database, "SELECT parts FROM messages WHERE id = ?", [
        id,
      ]);
      const text = searchableText(partsIn(row?.parts), wholeIn(database, id));
      return {
        thread: thread_id,
        title,
        message: id,
        seq,
        ...snippetOf(text, phrases),
        updatedAt: updated_at,
      };
    });
}

/** BM25 from `matchinfo(search, 'pcaly')`: how often each phrase occurs, in a text of which length. */
function relevanceOf(info: Uint8Array): number {
  const [phrases = 0, , average = 1, length = 1, ...counts] = new Uint32Array(info.slice().buffer);
  const damping = 1.2 * (0.25 + (0.75 * length) / Math.max(average, 1));
  return counts.slice(0, phrases).reduce((sum, count) => sum + count / (count + damping), 0);
}

/** The whole of a long output of this message. What was lost of it is no reason to find nothing. */
const wholeIn = (database: Database, message: string) => (part: ToolPart) =>
  wholeOutput(database, message, part) ?? part.output ?? part.errorText;

/**
 * What people may look for in a message: what was said and thought, what tools were given and answered.
 * `whole` gives a long output, of which the part has only the beginning and the end. At most ten million
 * UTF-16 units: of a part that is longer than half of that its own two ends, and of more parts the first
 * and the last.
 */
export function searchableText(parts: readonly Part[], whole: (part: ToolPart) => unknown): string {
  const texts = parts.map(() => "");
  let left = MOST;
  for (const place of fromBothEnds(parts.length)) {
    const part = parts[place];
    if (!part || left <= 0) break;
    const text = endsOf(textsOf(part, whole).join("\n"), Math.ceil(left / 2), "\n");
    left -= text.length;
    texts[place] = text;
  }
  return texts.join("\n");
}

function textsOf(part: Part, whole: (part: ToolPart) => unknown): string[] {
  switch (part.type) {
    case "text":
    case "reasoning":
      return [part.text];
    case "data-notice":
      return [part.data.text];
    case "file":
      return [part.filename ?? ""];
    case "dynamic-tool":
      // The colour of a word is written before it, as if they were one.
      return [
        part.toolName,
        ...leaves(part.input),
        ...leaves(whole(part)).map((text) => withoutEscapes(endsOf(text, MOST, "\n"))),
      ];
    default:
      // Parts of other kinds, which a newer version of the extension has stored, have no words for us.
      return [];
  }
}

/** The texts and numbers in a JSON value, without its keys, however deep it is. */
function leaves(value: unknown): string[] {
  const texts: string[] = [];
  const left = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next === "string" || typeof next === "number") texts.push(String(next));
    else if (typeof next === "object" && next)
      for (const inner of Object.values(next).reverse()) left.push(inner);
  }
  return texts;
}

const rows = <Row>(database: Database, sql: string, params: BindParams = []): Row[] => [
  ...each<Row>(database, sql, params),
];

/** Row by row, for whoever may not want all. */
function* each<Row>(database: Database, sql: string, params: BindParams = []): Generator<Row> {
  const statement = database.prepare(sql, params);
  try {
    while (statement.step()) yield statement.getAsObject() as Row;
  } finally {
    statement.free();
  }
}
