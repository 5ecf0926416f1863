import { ftsQuery, parseQuery } from "../src/store/words";
import initSqlJs from "sql.js";
import { migrate } from "../src/store/schema";
import { indexMessage, rebuildIndex, search } from "../src/store/search";
const MB = Number(process.argv[2] ?? 50);
// zipf-ish vocabulary of 60000 words
let st = 7; const rnd = () => { st = (Math.imul(st, 1664525) + 1013904223) >>> 0; let x = st; x ^= x >>> 15; x = Math.imul(x, 0x2c1b3c6d); x ^= x >>> 12; return (x >>> 0) / 2 ** 32; };
const syl = "ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu ra re ri ro ru sa se si so su ta te ti to tu".split(" ");
const vocab = Array.from({ length: 60000 }, () => { let w=""; const n=1+Math.floor(rnd()*4); for(let i=0;i<=n;i++) w+=syl[Math.floor(rnd()*syl.length)]; return w; });
const word = () => vocab[Math.min(59999, Math.floor(Math.exp(rnd()*Math.log(60000))))-0]!;
const text = (n: number) => { const out: string[] = []; for (let l=0;l<n;) { const w = word(); out.push(w); l += w.length+1; } return out.join(" "); };
const code = (n: number) => { const out: string[] = []; for (let l=0;l<n;) { const w = `  const ${word()}_${word()} = ${word()}(${Math.floor(rnd()*10000)}, "${word()}/${word()}.ts");`; out.push(w); l += w.length+1; } return out.join("\n"); };
void (async () => {
  const sql = await initSqlJs();
  const d = new sql.Database();
  migrate(d);
  let bytes = 0, n = 0, threads = 0;
  const put = d.prepare("INSERT INTO messages VALUES (?,?,?,?,?,?,?,?,?,?)");
  let t0 = Date.now(); let tIndex = 0, tMax = 0;
  d.run("BEGIN");
  while (bytes < MB * 1e6) {
    const thread = `th-${threads++}-0000-0000-0000-000000000000`;
    d.run("INSERT INTO threads VALUES (?,?,?,?,?,?,?,?,?)", [thread, "Xyz", "workspace", "", null, 0, "{}", threads, threads]);
    for (let seq = 0; seq < 100; seq++) {
      const id = `msg-${n++}-0000-0000-0000-000000000000`;
      const parts = seq % 2 === 0 ? [{ type: "text", id: "0", text: text(200) }] : [
        { type: "reasoning", id: "0", text: text(400) },
        { type: "dynamic-tool", id: "1", toolCallId: "1", toolName: "Bash", state: "output-available", input: { command: text(80) }, output: code(rnd() < 0.02 ? 60000 : 1500) },
        { type: "text", id: "2", text: text(800) + (n % 50 === 0 ? " é 数据库搜索 café" : "") },
      ];
      const json = JSON.stringify(parts); bytes += json.length;
      put.run([id, thread, seq, seq % 2 ? "assistant" : "user", json, "visible", "complete", null, null, n]);
      const s = performance.now();
      indexMessage(d, { id, parts: parts as never, visibility: "visible", status: "complete" });
      tIndex += performance.now() - s; 
    }
    d.run("COMMIT"); d.run("BEGIN");
  }
  d.run("COMMIT");
  console.log(`${n} messages, ${(bytes/1e6).toFixed(1)} MB, ${threads} threads; all ${Date.now()-t0} ms, index calls ${tIndex.toFixed(0)} ms`);
  const pages = () => Number(d.exec("pragma page_count")[0]!.values[0]![0]) * 4096;
  const free = () => Number(d.exec("pragma freelist_count")[0]!.values[0]![0]) * 4096;
  console.log("db MB", pages()/1e6, "free", free()/1e6);
  const size = (q: string) => Number(d.exec(q)[0]!.values[0]![0])/1e6;
  console.log("segments MB", size("select sum(length(block)) from search_segments"), "segdir", size("select sum(length(root)) from search_segdir"), "docsize", size("select sum(length(size)) from search_docsize"));
  if (process.argv[4]) require("node:fs").writeFileSync(process.argv[4], d.export());
  const qs: Record<string, string[]> = { common: vocab.slice(0, 5), rare: vocab.slice(20000, 20100).concat(["数据库", "库", "cafe"]), two: [], prefix1: ["b","k","s"], prefix2: [...syl].slice(0, 20), prefix3: vocab.slice(0, 100).map((w) => w.slice(0, 3)), prefix4: vocab.slice(0, 100).map((w) => w.slice(0, 4)), phrase: [], many: [] };
  for (let i = 0; i < 60; i++) { qs["two"]!.push(`${word()} ${word()}`); qs["phrase"]!.push(`"${word()} ${word()}"`); qs["many"]!.push(`${word()} ${word()} ${word()} ${word()} ${word().slice(0,3)}`); }
  const all: number[] = []; let fts: number[] = [];
  for (const [name, list] of Object.entries(qs)) {
    const times = list.map((q) => { const s = performance.now(); const h = search(d, q, 30); const t = performance.now() - s; all.push(t); { const s = performance.now(); const st = d.prepare(`SELECT docid, matchinfo(search, "pcaly") AS info FROM search WHERE search MATCH ? ORDER BY docid DESC LIMIT 1000`.replaceAll("\x22", "\x27"), [ftsQuery(parseQuery(q))]); while (st.step()) st.get(); st.free(); fts.push(performance.now() - s); } return [t, h.length, q] as const; }).sort((a, b) => a[0] - b[0]);
    fts.sort((a, b) => a - b); const f = `fts p50 ${fts[fts.length >> 1]!.toFixed(1)} p95 ${fts[Math.floor(fts.length * 0.95)]!.toFixed(1)}`; fts = [];
    const at = (p: number) => times[Math.min(times.length - 1, Math.floor(p * times.length))]!;
    console.log(name.padEnd(8), "p50", at(0.5)[0].toFixed(1), "p95", at(0.95)[0].toFixed(1), "max", times.at(-1)!, f);
  }
  all.sort((a, b) => a - b); console.log("ALL p50", all[all.length>>1]!.toFixed(1), "p95", all[Math.floor(all.length*0.95)]!.toFixed(1));
  let s = performance.now(); console.log(d.exec("pragma quick_check")[0]!.values, "quick_check ms", (performance.now()-s).toFixed(0));
  s = performance.now(); for (let i=0;i<200;i++){ d.run("BEGIN"); const q=performance.now(); indexMessage(d,{id:"x"+i, parts:[{type:"text",id:"0",text:text(2000)}] as never, visibility:"visible",status:"complete"}); d.run("COMMIT"); tMax=Math.max(tMax,performance.now()-q);} console.log("single index+commit avg ms", ((performance.now()-s)/200).toFixed(2), "max", tMax.toFixed(1));
  if (process.argv[3]) { s = performance.now(); rebuildIndex(d); console.log("rebuild ms", (performance.now()-s).toFixed(0), "db MB", pages()/1e6, "free", free()/1e6); }
  d.run("DROP TABLE search; DROP TABLE search_documents"); s = performance.now(); d.exec("pragma quick_check"); console.log("quick_check without the index ms", (performance.now()-s).toFixed(0));
})();
